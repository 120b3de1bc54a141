import type { KeyAssignment } from "../../provider/assignments/contract";
import type { PageSource } from "../../provider/assignments/page";

/** What an answer shows. */
export interface Shown {
  readonly rows: readonly KeyAssignment[];
  readonly total: number;
}

/** A service in memory whose every answer is made by hand. */
export class CuttingService implements PageSource {
  readonly lookAhead = 1;
  /** How many readings were begun. */
  readings = 0;
  /** How many requests were made, the one that is being answered among them. */
  requests = 0;

  constructor(readonly cut: (offset: number, limit: number) => Shown) {}

  open() {
    this.readings += 1;
    return async (offset: number, limit: number) => {
      this.requests += 1;
      return { offset, limit, ...this.cut(offset, limit) };
    };
  }

  checkPlan(): void {}

  async rest(): Promise<boolean> {
    return true;
  }
}
