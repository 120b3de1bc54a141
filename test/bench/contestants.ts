import http from "node:http";
import { KeyAssignmentsClient } from "../../provider/index";
import type { ServiceAddress } from "./service-process";

/** What a contestant got, and with how many requests. */
export interface Obtained {
  readonly rows: number;
  readonly requests: number;
}

/** Reads the whole list its own way. */
export interface Contestant {
  readonly name: string;
  read(service: ServiceAddress): Promise<Obtained>;
}

/** Limits out of the way of what is measured: how long it takes. */
const patient = { requestTimeout: 120, readTimeout: 600, maxRows: 2_000_000 };

export function clientOf({ baseUrl, managementKey }: ServiceAddress): KeyAssignmentsClient {
  return new KeyAssignmentsClient({ baseUrl, managementKey, ...patient });
}

export const thisReader: Contestant = {
  name: "pulumi-guardrails",
  read: async (service) => {
    const { assignments, requests } = await clientOf(service).readAll();
    return { rows: assignments.length, requests };
  },
};

function officialSdk(limit?: number): Contestant {
  return {
    name: `@openrouter/sdk${limit === undefined ? "" : `, limit: ${limit}`}`,
    read: async ({ baseUrl, managementKey }) => {
      const { OpenRouter } = await import("@openrouter/sdk");
      const sdk = new OpenRouter({ apiKey: managementKey, serverURL: baseUrl });
      let rows = 0;
      let requests = 0;
      for await (const page of await sdk.guardrails.listKeyAssignments(
        limit === undefined ? {} : { limit },
      )) {
        rows += page.result.data.length;
        requests += 1;
      }
      return { rows, requests };
    },
  };
}

export const sdkAtDefault = officialSdk();
export const sdkAtLimit100 = officialSdk(100);

/** What a careful person writes by hand: one page after the other, by offset, until the total is passed. */
export const sequentialLoop: Contestant = {
  name: "sequential loop",
  read: async ({ baseUrl, managementKey }) => {
    let rows = 0;
    let requests = 0;
    for (let offset = 0, total = 1; offset < total; offset += 100) {
      const address = `${baseUrl}/guardrails/assignments/keys?offset=${offset}&limit=100`;
      const response = await fetch(address, { headers: { authorization: `Bearer ${managementKey}` } });
      const page = (await response.json()) as { data: unknown[]; total_count: number };
      rows += page.data.length;
      total = page.total_count;
      requests += 1;
    }
    return { rows, requests };
  },
};

/** The bytes of all pages, taken off the wire as fast as 32 connections give them, and not looked at. */
export async function takeBytes({ baseUrl, managementKey }: ServiceAddress, rows: number): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  const take = (offset: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const address = `${baseUrl}/guardrails/assignments/keys?offset=${offset}&limit=100`;
      const request = http.get(address, { agent, headers: { authorization: `Bearer ${managementKey}` } });
      request.once("error", reject);
      request.once("response", (response) => response.once("end", resolve).once("error", reject).resume());
    });
  await Promise.all(Array.from({ length: Math.ceil(rows / 99) }, (_, window) => take(window * 99)));
  agent.destroy();
}

/** Round trips that cannot be avoided: the first page tells the total, then all others, 32 at once from the start. */
export function unavoidableRoundTrips(rows: number): number {
  return 1 + Math.ceil(Math.max(0, Math.ceil((rows - 99) / 99)) / 32);
}
