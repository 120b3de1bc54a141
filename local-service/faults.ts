import { gzipSync } from "node:zlib";
import type { WirePage } from "../provider/assignments/contract";
import { type Answer, type ErrorBody, errorAnswer, htmlAnswer, type JsonValue, jsonAnswer } from "./answers";

type Headers = Readonly<Record<string, string>>;

/** A fault that changes what is answered. */
export type AnswerFault =
  /** An error status; `body` is the service's usual one for it unless named. A `retry-after` goes into the headers. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: ErrorBody;
      readonly headers?: Headers;
    }
  /** A redirect; status 307 unless named. */
  | { readonly kind: "redirect"; readonly location: string; readonly status?: number }
  /** 403 whose message repeats the request's whole Authorization header. */
  | { readonly kind: "echo-credential" }
  /** The true page with something changed in it; of whichever list, though typed as one of assignments. */
  | { readonly kind: "edited-page"; readonly edit: (page: WirePage) => JsonValue }
  /** Any JSON at all; status 200 unless named. */
  | { readonly kind: "json"; readonly value: JsonValue; readonly status?: number; readonly headers?: Headers }
  /** Any text or bytes, sent as `application/json` unless the headers say otherwise; status 200 unless named. */
  | {
      readonly kind: "raw";
      readonly body: string | Buffer;
      readonly status?: number;
      readonly headers?: Headers;
    }
  /** The true page, cut off in the middle of the JSON but complete as HTTP. */
  | { readonly kind: "invalid-json" }
  /** 200 with a web page, as a captive portal or a proxy sends it. */
  | { readonly kind: "html-200" }
  /** The true page, called something else; `text/plain` unless named. */
  | { readonly kind: "wrong-content-type"; readonly contentType?: string }
  /** The true page in one encoding (UTF-16LE unless named), declared as another (UTF-8 unless named). */
  | { readonly kind: "wrong-charset"; readonly encoding?: BufferEncoding; readonly declared?: string }
  /** The true page, compressed correctly. */
  | { readonly kind: "gzip" }
  /** The true page after white space that is small on the wire and `bytes` long once decompressed; 1 GiB unless named. */
  | { readonly kind: "gzip-bomb"; readonly bytes?: number };

/** A fault that spoils how the answer travels. */
export type DeliveryFault =
  /** The connection is reset before any header. */
  | { readonly kind: "reset-before" }
  /** The connection is reset after the headers and half of the body. */
  | { readonly kind: "reset-within" }
  /** Half of the promised `content-length`, then an orderly end. */
  | { readonly kind: "truncated" }
  /** Nothing, until the client gives up or the service is closed. */
  | { readonly kind: "no-answer" }
  /** The right answer, `chunk` bytes (1) at a time, `interval` milliseconds (0) apart. */
  | { readonly kind: "drip"; readonly chunk?: number; readonly interval?: number }
  /** A page that begins well and never ends. */
  | { readonly kind: "endless" };

/** What goes wrong with one answer. Faults strike requests whose credential is right. */
export type Fault = AnswerFault | DeliveryFault;

const DELIVERY_KINDS: ReadonlySet<Fault["kind"]> = new Set<DeliveryFault["kind"]>([
  "reset-before",
  "reset-within",
  "truncated",
  "no-answer",
  "drip",
  "endless",
]);

export function isDeliveryFault(fault: Fault): fault is DeliveryFault {
  return DELIVERY_KINDS.has(fault.kind);
}

const MEBIBYTE = 1024 * 1024;

/** What a fault makes of the right answer. */
export function spoilAnswer(
  answer: Answer,
  fault: AnswerFault,
  { authorization, errorBody }: { authorization: string; errorBody: (status: number) => ErrorBody },
): Answer {
  switch (fault.kind) {
    case "status":
      return withHeaders(errorAnswer(fault.status, fault.body ?? errorBody(fault.status)), fault.headers);
    case "redirect":
      return withHeaders(errorAnswer(fault.status ?? 307, "none"), { location: fault.location });
    case "echo-credential":
      return errorAnswer(403, "openrouter", `Not allowed for ${authorization}`);
    case "edited-page":
      return { ...answer, body: jsonAnswer(fault.edit(JSON.parse(answer.body.toString()))).body };
    case "json":
      return withHeaders(jsonAnswer(fault.value, fault.status), fault.headers);
    case "raw":
      return withHeaders({ ...jsonAnswer(null, fault.status), body: Buffer.from(fault.body) }, fault.headers);
    case "invalid-json":
      return { ...answer, body: firstHalf(answer.body) };
    case "html-200":
      return htmlAnswer(200);
    case "wrong-content-type":
      return withHeaders(answer, { "content-type": fault.contentType ?? "text/plain; charset=utf-8" });
    case "wrong-charset":
      return withHeaders(
        { ...answer, body: Buffer.from(answer.body.toString(), fault.encoding ?? "utf16le") },
        { "content-type": `application/json; charset=${fault.declared ?? "utf-8"}` },
      );
    case "gzip":
      return withHeaders({ ...answer, body: gzipSync(answer.body) }, { "content-encoding": "gzip" });
    case "gzip-bomb":
      return withHeaders(
        { ...answer, body: gzipBomb(answer.body, fault.bytes ?? 1024 * MEBIBYTE) },
        { "content-encoding": "gzip" },
      );
  }
}

export function firstHalf(body: Buffer): Buffer {
  return body.subarray(0, Math.floor(body.length / 2));
}

/** A gzip file may have many members: one compressed mebibyte repeated costs neither time nor memory to make. */
function gzipBomb(page: Buffer, bytes: number): Buffer {
  const blank = gzipSync(Buffer.alloc(MEBIBYTE, " "), { level: 9 });
  const repeats = Math.ceil(bytes / MEBIBYTE);
  return Buffer.concat([...Array.from({ length: repeats }, () => blank), gzipSync(page)]);
}

function withHeaders(answer: Answer, headers: Headers = {}): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
