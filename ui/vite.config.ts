/// <reference types="node" />
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where `npm run dev` finds the server. */
const server = process.env.PILOTHOUSE_URL ?? "http://127.0.0.1:3000";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": here("./src") } },
  build: {
    outDir: process.env.PILOTHOUSE_UI_OUT ?? here("../src/pilothouse/server/static"),
    emptyOutDir: true,
    target: "es2022",
    sourcemap: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What several pages are made of comes in one piece: forty small ones each wait for a turn.
          groups: [{ name: "shared", test: /ui[\\/]src[\\/](lib|ui|api)[\\/]|lucide-react|@tanstack/, minShareCount: 2 }],
        },
      },
    },
  },
  server: { proxy: { "/api": server, "/auth": server } },
});
