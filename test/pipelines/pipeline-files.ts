import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { root } from "../repository";

/** A file of a pipeline host, by its path from the root. */
export interface PipelineFile {
  readonly path: string;
  readonly text: string;
}

export const examples = "examples/pipelines";

export function pipelineFile(path: string): PipelineFile {
  return { path, text: readFileSync(join(root, path), "utf8") };
}

/** Every workflow of GitHub Actions: the project's own, and the one to copy. */
export const workflowFiles: readonly PipelineFile[] = [
  ...readdirSync(join(root, ".github/workflows")).map((name) => `.github/workflows/${name}`),
  `${examples}/github-actions.yml`,
].map(pipelineFile);

const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  env: z.record(z.string(), z.string()).optional(),
});

const permissions = z.record(z.string(), z.enum(["none", "read", "write"]));

const workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions,
  jobs: z.record(
    z.string(),
    z.looseObject({
      permissions: permissions.optional(),
      "timeout-minutes": z.number(),
      strategy: z.looseObject({ matrix: z.record(z.string(), z.array(z.unknown())) }).optional(),
      steps: z.array(step),
    }),
  ),
});

/** A workflow as far as the tests look at it. One without permissions or time limits of its own is an error. */
export function workflowIn({ text }: PipelineFile): z.infer<typeof workflow> {
  return workflow.parse(parse(text));
}

const gitlabJobs = z.record(
  z.string(),
  z.looseObject({
    script: z.array(z.string()),
    artifacts: z
      .object({ when: z.string(), paths: z.array(z.string()), reports: z.record(z.string(), z.string()) })
      .optional(),
  }),
);

export function gitlabJobsIn({ text }: PipelineFile): z.infer<typeof gitlabJobs> {
  return gitlabJobs.parse(parse(text));
}
