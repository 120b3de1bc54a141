import { type Answer, type JsonValue, jsonAnswer } from "./answers";
import type { LocalService, PageRequest } from "./behaviour";

/** What answering needs beside the request. */
export interface Endpoints {
  readonly service: LocalService;
  /** The service's refusal with this status. */
  refuse(status: number): Answer;
}

/** One page of any list, cut between the two hooks; 400 where the request names no page. */
export function cutPage(
  { service, refuse }: Endpoints,
  wanted: PageRequest,
  cut: (page: PageRequest) => JsonValue,
): Answer {
  const { offset, limit } = wanted;
  if (Number.isNaN(offset) || Number.isNaN(limit) || limit === 0) return refuse(400);
  service.beforePage(wanted);
  const page = cut(wanted);
  service.afterPage(wanted);
  return jsonAnswer(page);
}
