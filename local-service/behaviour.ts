import type { ErrorBody, Flavour, JsonValue } from "./answers";
import type { Fault } from "./faults";
import type { Ledger } from "./ledger";
import type { RequestRecord, Traffic } from "./traffic";

/** The page a request asks for, with the service's defaults filled in but nothing clamped. */
export interface PageRequest {
  /** What is listed. */
  readonly list: "assignments" | "keys" | "workspaces" | "guardrails";
  /** The request's index. */
  readonly index: number;
  readonly offset: number;
  /** Of keys the service's own page size, whatever the request says. */
  readonly limit: number;
}

/** How a local service behaves; each may be changed at any time while it runs. */
export interface LocalServiceBehaviour {
  /**
   * What goes wrong: a queue of which each authenticated request takes one (undefined: nothing goes wrong with it), or
   * a function asked for each of them. Default: nothing.
   */
  faults: (Fault | undefined)[] | ((request: RequestRecord) => Fault | undefined);
  /**
   * How long an answer waits once it is made: milliseconds, or a promise to wait for, so that a test decides the order
   * of the answers without a clock. Default 0.
   */
  latency: number | ((request: RequestRecord) => number | Promise<unknown>);
  /** The `total_count` of assignments to claim, however wrong, always or page by page. Default: the truth. */
  total: JsonValue | ((page: { readonly index: number; readonly trueTotal: number }) => JsonValue);
  /** The `Date` of an answer; a text is sent as it is, undefined leaves it out. Default: this machine's time. */
  date: (request: RequestRecord) => Date | string | undefined;
  /** The `Age` of every answer in seconds, as if something in between had kept it. Default: none. */
  age: number | undefined;
  /** Whether it has workspaces, keys and guardrails to read; where not, they answer 404. Default: as the flavour has it. */
  management: boolean;
  /** Called just before a page of any list is cut; it may change the ledger, as if somebody else did in that moment. */
  beforePage: (page: PageRequest) => void;
  /** Called just after a page is cut and before it is sent; it may change the ledger. */
  afterPage: (page: PageRequest) => void;
}

export interface LocalServiceOptions extends Partial<LocalServiceBehaviour> {
  /** The account it serves; default an empty one. */
  readonly ledger?: Ledger;
  /** Whose errors it answers with; default `openrouter`. */
  readonly flavour?: Flavour;
  /** The shape of every refusal; default what the flavour does, status by status. */
  readonly errorBody?: ErrorBody;
  /** The credential it accepts; default `LOCAL_MANAGEMENT_KEY`. */
  readonly managementKey?: string;
  /** Default 0: any free one. It listens on 127.0.0.1 only. */
  readonly port?: number;
  /** Serve https with this certificate and private key (both PEM); default http. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A running local service. Its ledger and its behaviour may be changed while it runs. */
export interface LocalService extends LocalServiceBehaviour {
  /** Such as `http://127.0.0.1:49152/api/v1`. */
  readonly baseUrl: string;
  /** The credential it accepts. */
  readonly managementKey: string;
  readonly ledger: Ledger;
  /** The requests that arrived so far, in order; the same as `traffic.requests`. */
  readonly requests: readonly RequestRecord[];
  readonly traffic: Traffic;
  /** Ends every connection, answered or not, and resolves when none is left. May be called again. */
  close(): Promise<void>;
}
