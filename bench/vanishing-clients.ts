import { vanish } from "./vanish.ts";

/** Clients that come and go at the same time. */
const TOGETHER = 50;

/** What the process is asked for: so many clients that come to a feed and vanish. It answers when all are gone. */
export interface ToVanishing {
  readonly url: string;
  readonly clients: number;
}

process.on("message", ({ url, clients }: ToVanishing) => {
  void (async (): Promise<void> => {
    for (let i = 0; i < clients; i += TOGETHER) {
      await Promise.all(Array.from({ length: TOGETHER }, (_, k) => vanish(url, i + k)));
    }
    process.send!("gone");
  })();
});
