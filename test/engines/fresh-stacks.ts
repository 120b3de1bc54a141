import { mkdtempSync, rmSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import type { PulumiCommand } from "./pulumi-command";

/** A secret as a stack's settings hold it. */
export interface Sealed {
  readonly secure: string;
}

interface Blank {
  readonly folder: string;
  /** By what is sealed. */
  readonly sealed: Map<string, Promise<Sealed>>;
}

const sealedSetting = z.object({ config: z.object({ "fixture:sealed": z.object({ secure: z.string() }) }) });

/** A copy of a stack that was just made, and the means to keep secrets in it. */
export interface FreshStack {
  readonly settingsFile: string;
  seal(value: string): Promise<Sealed>;
}

/**
 * New stacks, each in a folder of its own with its own backend. Making one takes the engine as long as many a test, and so
 * does sealing a secret: each is done once for a program and then copied. All copies have one passphrase and one salt.
 */
export class FreshStacks {
  readonly #pulumi: PulumiCommand;
  readonly #made = new Map<string, Promise<Blank>>();
  /** Where that which is copied lies, until this process ends. */
  #home = "";

  constructor(pulumi: PulumiCommand) {
    this.#pulumi = pulumi;
  }

  async copyTo(folder: string, project: string, stack: string): Promise<FreshStack> {
    const name = JSON.stringify([project, stack]);
    const making = this.#made.get(name) ?? this.#make(project, stack);
    this.#made.set(name, making);
    const blank = await making;
    await cp(blank.folder, folder, { recursive: true });
    return {
      settingsFile: settingsFileIn(folder, stack),
      seal: (value) => {
        const sealing = blank.sealed.get(value) ?? this.#seal(blank, stack, value);
        blank.sealed.set(value, sealing);
        return sealing;
      },
    };
  }

  async #make(project: string, stack: string): Promise<Blank> {
    const folder = await this.#newFolder();
    await mkdir(join(folder, "backend"));
    // The CLI writes Pulumi.<stack>.yaml beside Pulumi.yaml. Commands that need no more than the project's name run in
    // this folder, so that nothing appears beside the checked-in file and two stacks of one program cannot meet.
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: project, runtime: "nodejs" }));
    await this.#pulumi.manage(folder, ["stack", "init", stack]);
    return { folder, sealed: new Map() };
  }

  async #seal({ folder }: Blank, stack: string, value: string): Promise<Sealed> {
    const scratch = await this.#newFolder();
    await cp(folder, scratch, { recursive: true });
    // By standard input: what is an argument can be read by every user of the machine.
    const set = ["config", "set", "fixture:sealed", "--secret", "--stack", stack];
    await this.#pulumi.manage(scratch, set, value);
    const settings = parse(await readFile(settingsFileIn(scratch, stack), "utf8"));
    return sealedSetting.parse(settings).config["fixture:sealed"];
  }

  async #newFolder(): Promise<string> {
    if (this.#home === "") {
      const home = mkdtempSync(join(tmpdir(), "engine-pulumi-blank-"));
      process.once("exit", () => rmSync(home, { recursive: true, force: true }));
      this.#home = home;
    }
    return mkdtempSync(join(this.#home, "stack-"));
  }
}

function settingsFileIn(folder: string, stack: string): string {
  return join(folder, `Pulumi.${stack}.yaml`);
}
