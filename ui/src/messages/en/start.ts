import type { Entry } from "../say";

/** Connecting an application. */
export const start = {
  "start.title": "Connect your application",
  "start.lead": "Point the SDK you already use at this server. Nothing else changes.",
  "start.waiting": "Waiting for your first trace…",
  "start.waiting_hint": "This page notices by itself. It asks every two seconds.",
  "start.arrived": "Your first trace has arrived.",
  "start.open": "Open the trace",
  "start.has": "This project already receives traces.",
  "start.to_home": "Go to Home",
  "start.step_key": "Keys",
  "start.step_key_text": "The public key is below. The secret key was shown when the key was made; make a new pair in the settings if it is lost.",
  "start.make_key": "Make a key pair",
  "start.step_sdk": "SDK",
  "start.step_send": "Send something",
  "start.step_send_text": "Run your program once. The trace shows up here within a second.",
  "start.base_url": "Base URL",
  "start.public_key": "Public key",
  "start.no_key": "no key yet",
  "start.secret_here": "your secret key",
} as const satisfies Record<string, Entry>;
