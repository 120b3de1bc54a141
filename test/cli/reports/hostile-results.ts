import type { CheckResult } from "../../../cli/reports/check-result";
import { keyStates, passes } from "../../../policies/findings/report";
import { hostileNames } from "../../policies/builders";
import { findingOf, judged, keyOf, resultOf } from "./sample-results";

/** Names that would be more than a name in one of the formats, beside those that do harm anywhere. */
export const hostileTexts: readonly string[] = [
  ...hostileNames,
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  "</td></tr></table><h1>Guarded</h1>",
  "</style></script><!--",
  "]]><failure/>",
  "&lt;b&gt;&#60;",
  "a|b",
  "a\\|b <b>@octocat</b>",
  "\\",
  "`x` ``y``",
  "`",
  "@octocat",
  "@octo-org/team",
  "#1",
  "octo/repo#1",
  "GH-26",
  "https://evil.example/x",
  "www.evil.example",
  "someone@evil.example",
  "[x](https://evil.example)",
  "![x](https://evil.example/x.png)",
  "x](https://evil.example)",
  "[x]: https://evil.example",
  ":boom:",
  "*b* __b__ ~~b~~ $x^2$",
  "# heading",
  "- item",
  "{0} $x {{x}}",
  "javascript:alert(1)",
  "=cmd|' /C calc'!A0",
];

/** A result in which every text that comes from outside is one of these. */
export function resultWith(texts: readonly string[]): CheckResult {
  const findings = texts.flatMap((text, index) =>
    [keyOf(index, { name: text, label: text, description: text }), { hash: text }, { description: text }].map(
      (key, place) => {
        const finding = findingOf(keyStates[(index + place) % keyStates.length] ?? "unguarded", key, [text]);
        const remedy = passes(finding)
          ? finding.remedy
          : { kind: "name-created-property" as const, types: [text] };
        const because = { kind: "exempt" as const, selector: { by: "name" as const, name: text } };
        return { ...finding, cause: { ...because, because: text }, remedy };
      },
    ),
  );
  const said = texts.map((text) => ({ why: `could not verify: ${text}` }));
  return resultOf([judged("no-unguarded-keys", findings, { problems: said, notes: texts })], {
    notes: texts,
    configuration: texts.join("/"),
  });
}
