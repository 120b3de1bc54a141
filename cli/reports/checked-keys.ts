import * as z from "zod";
import { isException, type KeyState, passes } from "../../policies/findings/report";
import { worstFirst } from "../../policies/report/describe";
import type { KeyEntry } from "../../policies/report/key-entries";
import { groupBy } from "../../provider/group-by";
import { type CheckedKey, checkedKey, checkedKeyOf } from "./checked-key";

/** Which of a report's keys: those that fail, those that are waived or exempt, and all others. */
type Part = "failing" | "excepted" | "passing";

const listOfKeys = z.array(checkedKey);

/**
 * The keys of a report. Of a long account hardly any is shown on a terminal: a part of them is put in order and made safe
 * to show once it is asked for.
 */
export class CheckedKeys {
  readonly #make: (part: Part) => readonly CheckedKey[];
  readonly #made = new Map<Part, readonly CheckedKey[]>();

  constructor(make: (part: Part) => readonly CheckedKey[]) {
    this.#make = make;
  }

  /** What a check found. */
  static found(entries: readonly KeyEntry[]): CheckedKeys {
    const own = groupBy(entries, partOf);
    return new CheckedKeys((part) => listOfKeys.parse(worstFirst(own.get(part) ?? []).map(checkedKeyOf)));
  }

  /** What an earlier report says. */
  static read(keys: readonly CheckedKey[]): CheckedKeys {
    return new CheckedKeys((part) => keys.filter((key) => partOf(key) === part));
  }

  /** The worst first. */
  get failing(): readonly CheckedKey[] {
    return this.#part("failing");
  }

  /** Those that pass because they are waived or exempt. */
  get excepted(): readonly CheckedKey[] {
    return this.#part("excepted");
  }

  /** Those that some rule lets pass because they are waived or exempt, also where another one stops them. */
  get withExceptions(): readonly CheckedKey[] {
    return [...this.excepted, ...this.failing.filter(({ verdicts }) => verdicts.some(isException))];
  }

  /** Those that pass by a guardrail. */
  get passing(): readonly CheckedKey[] {
    return this.#part("passing");
  }

  /** Each of them, the worst first. */
  get all(): readonly CheckedKey[] {
    return [...this.failing, ...this.excepted, ...this.passing];
  }

  toJSON(): readonly CheckedKey[] {
    return this.all;
  }

  #part(part: Part): readonly CheckedKey[] {
    const made = this.#made.get(part) ?? this.#make(part);
    this.#made.set(part, made);
    return made;
  }
}

function partOf({ state }: { readonly state: KeyState }): Part {
  if (!passes({ state })) return "failing";
  return isException({ state }) ? "excepted" : "passing";
}
