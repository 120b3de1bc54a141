import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import * as z from "zod";

/** The local service in a process of its own, so that its work does not count as a contestant's. */
export interface ServiceAddress {
  readonly baseUrl: string;
  readonly managementKey: string;
}

export interface ServiceShape {
  readonly rows: number;
  readonly orphans?: number;
  /** Milliseconds before each answer. */
  readonly latency?: number;
}

const announcement = z.object({ baseUrl: z.string(), managementKey: z.string() });
const entry = path.resolve(__dirname, "../../local-service/main.js");

export async function startServiceProcess({
  rows,
  orphans = 0,
  latency = 0,
}: ServiceShape): Promise<ServiceAddress & AsyncDisposable> {
  const settings = ["--rows", rows, "--orphans", orphans, "--latency", latency].map(String);
  const child = spawn(process.execPath, [entry, ...settings, "--with-parent"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout), "line");
  const dispose = async (): Promise<void> => {
    child.stdin.end();
    await once(child, "exit");
  };
  return { ...announcement.parse(JSON.parse(String(line))), [Symbol.asyncDispose]: dispose };
}
