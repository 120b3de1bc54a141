import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { root } from "../repository";
import { measureInTurn } from "./measure";

/** How long the provider plugin takes from its start to the line with its port, beside a process of Node that does nothing. */
export async function pluginStartSection(rounds: number): Promise<string> {
  const engine = new Server();
  const port = await new Promise<number>((resolve, reject) => {
    engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  try {
    const [plugin, node] = await measureInTurn(
      [
        () => firstLine([path.join(root, "provider/plugin.js"), `127.0.0.1:${port}`]),
        () => firstLine(["--eval", "console.log(0)"]),
      ],
      rounds,
    );
    if (plugin === undefined || node === undefined) throw new Error("nothing was measured");
    return `plugin: it has its port after ${plugin.wall.toFixed(0)} ms; a process that does nothing is there after ${node.wall.toFixed(0)} ms`;
  } finally {
    engine.forceShutdown();
  }
}

async function firstLine(argv: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  await once(createInterface({ input: child.stdout }), "line");
  child.kill();
  await ended;
}
