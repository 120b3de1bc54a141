/**
 * Does the work for each item, up to `lookAhead` at once, and yields the results in the items' order.
 * Items are taken as they are needed, so the memory held does not grow with their number.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  lookAhead: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const iterator = items[Symbol.iterator]();
  const underWay: Promise<Result>[] = [];
  const fill = (): void => {
    while (underWay.length < lookAhead) {
      const next = iterator.next();
      if (next.done === true) return;
      const result = work(next.value);
      // A result that is never asked for (an earlier one failed) must not count as unhandled; asked for, it still throws.
      result.catch(() => undefined);
      underWay.push(result);
    }
  };
  fill();
  for (let result = underWay.shift(); result !== undefined; result = underWay.shift()) {
    const value = await result;
    fill();
    yield value;
  }
}
