/** Which of the two services the local one behaves like. Their pages are the same; their errors differ. */
export type Flavour = "openrouter" | "modelgates";

/**
 * The body of an error: none at all, the JSON envelope of one service, or the HTML page of a proxy in front of it.
 * Each of them was seen of the real services.
 */
export type ErrorBody = "none" | Flavour | "html";

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** A whole HTTP answer before it is sent, so that routes and faults can be pure. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const JSON_TYPE = "application/json; charset=utf-8";
const HTML_TYPE = "text/html; charset=utf-8";

const MESSAGES: Readonly<Record<number, string>> = {
  400: "Invalid request parameters",
  401: "Missing or invalid management key",
  403: "Forbidden",
  404: "Resource not found",
  429: "Rate limit exceeded",
  500: "Internal server error",
};

export function jsonAnswer(value: JsonValue, status = 200): Answer {
  return textAnswer(JSON.stringify(value), JSON_TYPE, status);
}

export function textAnswer(text: string, contentType: string, status = 200): Answer {
  return { status, headers: { "content-type": contentType }, body: Buffer.from(text) };
}

export function htmlAnswer(status: number): Answer {
  return textAnswer(`<!doctype html><title>${status}</title><h1>${status}</h1>`, HTML_TYPE, status);
}

/** An error in one of the shapes; the message is the service's usual one for the status unless another is given. */
export function errorAnswer(
  status: number,
  shape: ErrorBody,
  message = MESSAGES[status] ?? `HTTP ${status}`,
): Answer {
  switch (shape) {
    case "none":
      return { status, headers: {}, body: Buffer.alloc(0) };
    case "html":
      return htmlAnswer(status);
    default:
      return jsonAnswer(
        {
          error: { code: status, message, metadata: null },
          [`${shape}_metadata`]: null,
          user_id: null,
        },
        status,
      );
  }
}

/** OpenRouter's first description gives 401 and 500 no body; everything else comes in the service's envelope. */
export function usualErrorBody(flavour: Flavour, status: number): ErrorBody {
  return flavour === "openrouter" && (status === 401 || status === 500) ? "none" : flavour;
}
