import type { DefaultTreeAdapterTypes } from "parse5" with { "resolution-mode": "import" };

export type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** HTML as a browser without scripts understands it. */
export async function parseHtml(html: string): Promise<Node> {
  const { parse } = await import("parse5");
  return parse(html);
}

/** Every element in it, in the order in which they begin. */
export function elementsOf(node: Node): readonly Element[] {
  return childrenOf(node).flatMap((child) => ("tagName" in child ? [child, ...elementsOf(child)] : []));
}

/** Its text; without that of the elements to leave out. */
export function textOf(
  node: Node | undefined,
  isLeftOut: (element: Element) => boolean = () => false,
): string {
  if (node === undefined || ("tagName" in node && isLeftOut(node))) return "";
  if ("value" in node) return node.value;
  return childrenOf(node)
    .map((child) => textOf(child, isLeftOut))
    .join("");
}

function childrenOf(node: Node): readonly Node[] {
  return "childNodes" in node ? node.childNodes : [];
}
