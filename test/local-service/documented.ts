import assert from "node:assert/strict";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** Fails unless the response is what the document says of this operation and status: its type, its body, or none. */
export async function assertDocumented(
  document: OpenApi,
  path: string,
  method: string,
  response: Response,
): Promise<void> {
  const body = await response.text();
  const pointer = ["paths", path, method, "responses", String(response.status)];
  const documented = resolve(document, pointer);
  assert.ok(documented !== undefined, `${method} ${path}: status ${response.status} is not documented`);
  if (resolve(documented.value, ["content"]) === undefined) {
    assert.equal(body, "");
    return;
  }
  assert.match(response.headers.get("content-type") ?? "", /^application\/json\b/);
  const schema = [...documented.pointer, "content", "application/json", "schema"];
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(document, "document");
  const $ref = `document#/${schema.map((step) => encodeURIComponent(step.replaceAll("/", "~1"))).join("/")}`;
  assert.ok(ajv.validate({ $ref }, JSON.parse(body)), ajv.errorsText());
}

/** The value at a path into a document, and the path it truly is at where a reference leads on. */
function resolve(
  document: unknown,
  pointer: readonly string[],
): { value: unknown; pointer: readonly string[] } | undefined {
  let value = document;
  for (const step of pointer) value = isRecord(value) ? value[step] : undefined;
  if (value === undefined) return undefined;
  const reference = isRecord(value) ? value["$ref"] : undefined;
  return typeof reference === "string"
    ? resolve(document, reference.split("/").slice(1))
    : { value, pointer };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
