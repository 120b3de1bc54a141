import assert from "node:assert/strict";
import http from "node:http";
import type { LocalService } from "../../local-service/index";
import { type WirePage, wirePage } from "../../provider/assignments/contract";

export const LIST = "/guardrails/assignments/keys";

type Asked = Pick<LocalService, "baseUrl" | "managementKey">;

/** A request with the right credential. */
export function ask(service: Asked, path = LIST, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${service.managementKey}`, ...init.headers };
  return fetch(`${service.baseUrl}${path}`, { ...init, headers });
}

/** A page of assignments. */
export async function page(service: Asked, query = ""): Promise<WirePage> {
  return wirePage.parse(await (await ask(service, `${LIST}${query}`)).json());
}

/** The answer as it comes over the wire, not decompressed, parsed or followed. */
export function wire({ baseUrl, managementKey }: Asked): Promise<http.IncomingMessage> {
  const headers = { authorization: `Bearer ${managementKey}` };
  return new Promise((resolve, reject) => {
    http.get(`${baseUrl}${LIST}`, { headers }, resolve).once("error", reject);
  });
}

/** The rows of a page of any other list, as they came. */
export async function rowsOf(service: Asked, path: string): Promise<Readonly<Record<string, unknown>>[]> {
  const response = await ask(service, path);
  assert.equal(response.status, 200);
  return JSON.parse(await response.text()).data;
}
