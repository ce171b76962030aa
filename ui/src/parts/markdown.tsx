import { memo } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { mentions, remarkAttachments } from "@/lib/attachments";
import { Picture } from "./media";

/** A member who is mentioned in a comment: `@[name](user:id)`. */
const MEMBER = "user:";

const COMPONENTS: Components = {
  a: ({ href, children }) =>
    href?.startsWith(MEMBER) ? (
      <span className="font-medium text-accent">{children}</span>
    ) : (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    ),
  img: ({ src, alt }) => (typeof src === "string" ? <Picture url={src} alt={alt} /> : null),
};
const PLUGINS = [remarkGfm, remarkAttachments];
/** Data in place is shown as an image; scripts never pass. */
const passes = (url: string) => (mentions(url) || /^(https?:|mailto:|user:|\/|#|data:image\/)/i.test(url) ? url : "");

/** Text that a model wrote. HTML inside it stays text. */
export const Prose = memo(function Prose({ text }: { text: string }) {
  return (
    <div className="prose">
      <Markdown components={COMPONENTS} remarkPlugins={PLUGINS} urlTransform={passes}>
        {text}
      </Markdown>
    </div>
  );
});
