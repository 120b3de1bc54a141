import type { ApiKey, Workspace } from "../../provider/inventory/contract";

/** What stands at one position of a list: a row, or one that the service drops after it has cut the page. */
export type Position<Row> = Row | "dropped";

/** Where the service puts a new row. Rows that stay keep their relative order in each of them. */
export type Order = "newest-first" | "newest-last" | "by-another-column";

/**
 * What happens to one key. It goes to another place when it moves, be it in the same workspace, because something was
 * changed by which the service sorts.
 */
type KeyChange =
  /** A touched key goes to the end for a reason that its row does not show. */
  | { readonly kind: "drop" | "rename" | "touch"; readonly workspace: number; readonly place: number }
  | {
      readonly kind: "move";
      readonly workspace: number;
      readonly place: number;
      readonly to: number;
      readonly at: number;
    };

/** One thing somebody does to the account. Each number is taken modulo what is there. */
export type Change =
  | KeyChange
  | { readonly kind: "insert" | "remove"; readonly workspace: number; readonly place: number }
  /** Both at once, so that the rows between shift and their number stays. */
  | { readonly kind: "swap"; readonly workspace: number; readonly place: number; readonly removed: number }
  | { readonly kind: "add-workspace"; readonly workspace: number }
  | { readonly kind: "remove-workspace" | "drop-workspace"; readonly workspace: number };

/** The account as it truly is. Pure and small: thousands of histories are played on it in seconds. */
export class Account {
  readonly workspaces: Position<Workspace>[] = [];
  readonly #keys = new Map<string, Position<ApiKey>[]>();
  #next = 0;

  /** @param lists for each workspace, position by position, whether it is shown or dropped */
  constructor(
    lists: readonly (readonly boolean[])[],
    readonly order: Order,
  ) {
    for (const list of lists) {
      const { id } = this.#addWorkspace(this.workspaces.length);
      const keys = list.map((isShown) => (isShown ? this.#newKey(id) : "dropped"));
      this.#keys.set(id, keys);
    }
  }

  shownWorkspaces(): Workspace[] {
    return this.workspaces.filter((position) => position !== "dropped");
  }

  /** All keys that the service would show. */
  shownKeys(): ApiKey[] {
    return this.shownWorkspaces().flatMap(({ id }) => this.keysOf(id).filter((key) => key !== "dropped"));
  }

  keysOf(workspaceId: string): Position<ApiKey>[] {
    return this.#keys.get(workspaceId) ?? [];
  }

  apply(change: Change): void {
    if (change.kind === "add-workspace") {
      this.#addWorkspace(this.#placeFor(change.workspace, this.workspaces.length));
      return;
    }
    const shown = this.shownWorkspaces();
    const workspace = shown[change.workspace % shown.length];
    if (workspace === undefined) return;
    const keys = this.keysOf(workspace.id);
    switch (change.kind) {
      case "remove-workspace":
        this.workspaces.splice(this.workspaces.indexOf(workspace), 1);
        return;
      case "drop-workspace":
        this.workspaces[this.workspaces.indexOf(workspace)] = "dropped";
        return;
      case "insert":
        this.#insert(keys, change.place, this.#newKey(workspace.id));
        return;
      case "remove":
        keys.splice(change.place % Math.max(1, keys.length), 1);
        return;
      case "swap":
        this.#insert(keys, change.place, this.#newKey(workspace.id));
        keys.splice(change.removed % keys.length, 1);
        return;
      default:
        this.#changeKey(keys, shown, change);
    }
  }

  #changeKey(keys: Position<ApiKey>[], workspaces: readonly Workspace[], change: KeyChange): void {
    const at = keys.findIndex((key, index) => key !== "dropped" && index >= change.place % keys.length);
    const key = keys[at];
    if (key === undefined || key === "dropped") return;
    const renamed = { ...key, name: `${key.name}'` };
    if (change.kind === "move") {
      keys.splice(at, 1);
      const workspaceId = workspaces[change.to % workspaces.length]?.id ?? key.workspaceId;
      this.#insert(this.keysOf(workspaceId), change.at, { ...renamed, workspaceId });
      return;
    }
    if (change.kind === "touch") keys.push(...keys.splice(at, 1));
    else keys[at] = change.kind === "drop" ? "dropped" : renamed;
  }

  #insert(keys: Position<ApiKey>[], place: number, key: ApiKey): void {
    keys.splice(this.#placeFor(place, keys.length), 0, key);
  }

  #placeFor(place: number, length: number): number {
    const anywhere = place % (length + 1);
    return { "newest-first": 0, "newest-last": length, "by-another-column": anywhere }[this.order];
  }

  #addWorkspace(at: number): Workspace {
    this.#next += 1;
    const workspace = { id: `workspace ${this.#next}`, name: `Team ${this.#next}` };
    this.workspaces.splice(at, 0, workspace);
    this.#keys.set(workspace.id, []);
    return workspace;
  }

  #newKey(workspaceId: string): ApiKey {
    this.#next += 1;
    const hash = `hash ${this.#next}`;
    const name = `key ${this.#next}`;
    return { hash, name, label: "sk-or-v1-0e6...1c96", workspaceId, disabled: false, expiresAt: null };
  }
}
