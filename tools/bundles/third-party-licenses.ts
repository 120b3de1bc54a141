import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { root } from "./repository";

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/**
 * The notices of bundled packages, which their licenses ask to be kept with every copy.
 * @param folders the packages' folders
 * @param holder the file or files that the packages are in
 * @throws Error for a package that comes without one: what it asks for is then for a person to find out
 */
export async function thirdPartyLicenses(folders: readonly string[], holder: string): Promise<string> {
  const notices = await Promise.all(folders.map(noticeOf));
  return `${holder} hold${holder.includes(",") ? "" : "s"} these packages.\n\n${notices.join(`\n${"-".repeat(80)}\n\n`)}`;
}

async function noticeOf(folder: string): Promise<string> {
  const { name, version, license } = manifest.parse(
    JSON.parse(await readFile(join(folder, "package.json"), "utf8")),
  );
  const text = (await licenseText(folder)) ?? (license === "Apache-2.0" ? await ownApacheText() : undefined);
  if (text === undefined) throw new Error(`the package ${name} comes without the text of its license`);
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

/** This package is under the same license, which asks for its text and not for a page of the author's. */
function ownApacheText(): Promise<string> {
  return readFile(join(root, "LICENSE"), "utf8");
}

async function licenseText(folder: string): Promise<string | undefined> {
  const files = (await readdir(folder)).toSorted();
  const own = files.filter((file) => /^(?:licen[cs]e|notice|copying)/iu.test(file));
  if (own.length > 0) {
    return (await Promise.all(own.map((file) => readFile(join(folder, file), "utf8")))).join("\n");
  }
  const readme = files.find((file) => /^readme/iu.test(file));
  if (readme === undefined) return undefined;
  // Some have it as the last part of their page.
  return /^#* *Licen[cs]e *\n[\s\S]*copyright[\s\S]*$/imu.exec(
    await readFile(join(folder, readme), "utf8"),
  )?.[0];
}
