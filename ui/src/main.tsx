import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./app.css";
import { ThemeProvider } from "@/app/theme";
import { LanguageProvider } from "@/messages";
import { queryClient, router } from "@/router";
import { TipProvider } from "@/ui/tip";
import { Toasts } from "@/ui/toast";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <LanguageProvider>
      <ThemeProvider>
        <QueryClientProvider client={queryClient}>
          <TipProvider>
            <RouterProvider router={router} />
            <Toasts />
          </TipProvider>
        </QueryClientProvider>
      </ThemeProvider>
    </LanguageProvider>
  </StrictMode>,
);
