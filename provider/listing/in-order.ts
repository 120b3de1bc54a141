/**
 * Does the work for each item, up to `lookAhead` at once, and yields the results in the items' order.
 * Items are taken as they are needed, so the memory held does not grow with their number.
 * @param firstAhead how many at once until whoever asked has taken the first result and asks for the next
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  lookAhead: number,
  work: (item: Item) => Promise<Result>,
  firstAhead = lookAhead,
): AsyncGenerator<Result, void> {
  const iterator = items[Symbol.iterator]();
  const underWay: Promise<Result>[] = [];
  const fill = (ahead: number): void => {
    while (underWay.length < ahead) {
      const next = iterator.next();
      if (next.done === true) return;
      const result = work(next.value);
      // A result that is never asked for (an earlier one failed) must not count as unhandled; asked for, it still throws.
      result.catch(() => undefined);
      underWay.push(result);
    }
  };
  fill(Math.min(firstAhead, lookAhead));
  for (let result = underWay.shift(); result !== undefined; result = underWay.shift()) {
    yield await result;
    fill(lookAhead);
  }
}
