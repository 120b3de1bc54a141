/*
 * How programs write a text otherwise than somebody reads it: with marks that are obeyed or overlooked instead of shown, and
 * with other characters in the place of one.
 */

/** What is written, and, where it has a group, what that stands for; without one it stands for nothing. */
interface Notation {
  readonly written: RegExp;
  readonly means?: (group: string) => string;
}

/** A way of changing a text: each match becomes its replacement. */
export interface Rewriting {
  readonly pattern: RegExp;
  readonly replacement: (match: RegExpExecArray) => string;
}

/** One way of reading a text: first without what is not seen, then with its escapes undone. */
export interface Manner {
  readonly unseen: Rewriting;
  readonly escaped: Rewriting;
}

/** A terminal's colours, links and character sets, and a page's tags. */
const obeyed: readonly Notation[] = [
  { written: /(?:\u001b\[|\u009b)[ -?]*[@-~]/u },
  {
    written:
      /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)/u,
  },
  { written: /\u001b[ -/]*[0-~]/u },
  { written: /<\/?[A-Za-z][^<>]*>/u },
];

/** What does not part the characters of a key: invisible ones, marks on a character, spaces nobody types. */
const invisible: Notation = { written: /(?! )[\p{C}\p{M}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u };
/** Which of several dashes or forms a character has. */
const variant: Notation = {
  written: /((?![\0-\u007f])[\p{Pd}\u2212\p{Changes_When_NFKC_Casefolded}])/u,
  means: (character) => character.normalize("NFKC").replace(/[\p{Pd}\u2212]/gu, "-"),
};

/** Characters that HTML has a name for, as far as keys are made of them or they are not seen. */
const names: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  lowbar: "_",
  ...Object.fromEntries(["hyphen", "dash", "minus", "ndash", "mdash", "horbar"].map((name) => [name, "-"])),
  ...Object.fromEntries(
    ["shy", "zwj", "zwnj", "nbsp", "ensp", "emsp", "thinsp", "hairsp"].map((name) => [name, ""]),
  ),
};

/** As JSON, programming languages, `sanitize`, mails, addresses, spreadsheets and HTML write a character. */
const escapes: readonly Notation[] = [
  {
    written: /((?:(?:[%=]|\\[xX])[c-fC-F][\da-fA-F])(?:(?:[%=]|\\[xX])[89abAB][\da-fA-F]){1,3})/u,
    means: ofUtf8,
  },
  { written: /(?:\\[uxX]\{|\\N\{U\+)0*([\da-fA-F]{1,6})\}/u, means: hexadecimal },
  { written: /\\U([\da-fA-F]{8})/u, means: hexadecimal },
  { written: /(?:\\u|%[uU])([\da-fA-F]{4})/u, means: hexadecimal },
  { written: /_x([\da-fA-F]{4})_/u, means: hexadecimal },
  { written: /(?:[%=]|\\[xX])([\da-fA-F]{2})/u, means: hexadecimal },
  { written: /&#[xX]0*([\da-fA-F]{1,6});?/u, means: hexadecimal },
  { written: /&#0*(\d{1,7});?/u, means: (digits) => character(Number(digits)) },
  { written: /\\o\{0*([0-7]{1,7})\}/u, means: octal },
  { written: new RegExp(`&(${Object.keys(names).join("|")});?`, "u"), means: (name) => names[name] ?? "" },
  { written: /(\\N\{HYPHEN-MINUS\})/u, means: () => "-" },
];
/** As CSS writes one; programming languages in octal digits; and what they call by a letter. */
const ofCss: Notation = { written: /\\([\da-fA-F]{1,6}) /u, means: hexadecimal };
const ofLanguages: readonly Notation[] = [
  { written: /\\([0-3][0-7]{2})/u, means: octal },
  { written: /(\\e)/u, means: () => "\u001b" },
  { written: /\\[bfnrtv0]/u },
];
/** A backslash that is left stands for nothing: how many there are tells only how often a text was quoted. */
const backslash: Notation = { written: /\\/u };

function hexadecimal(digits: string): string {
  return character(Number.parseInt(digits, 16));
}

function octal(digits: string): string {
  return character(Number.parseInt(digits, 8));
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

/** What is no UTF-8 was meant as one character a byte. */
function ofUtf8(escaped: string): string {
  const bytes = Buffer.from(escaped.replace(/[%=]|\\[xX]/gu, ""), "hex");
  const text = bytes.toString();
  return text.includes("\ufffd") ? bytes.toString("latin1") : text;
}

/**
 * A mark is obeyed by a terminal or a browser and shown by a report, and a backslash may have one meaning or another with
 * what follows it, or just stand there. Any of these ways of reading may be the one that gives a secret away: the others take
 * a character of it for a part of the disguise.
 */
export const manners: readonly Manner[] = [obeyed, []].flatMap((marks) =>
  [[ofCss, ...ofLanguages], ofLanguages, []].map((backslashed) => ({
    unseen: rewritingOf([...marks, invisible, variant]),
    escaped: rewritingOf([...escapes, ...backslashed, backslash]),
  })),
);

const doubtful = rewritingOf([...obeyed, ofCss, ...ofLanguages]).pattern;
const remarkable = /[^ -~]|[\\%&=<]|_x/u;

/** Whether a text can only be read as it is. */
export function isPlain(text: string): boolean {
  return !remarkable.test(text);
}

/** Whether what a text says depends on the manner of reading it. */
export function isDoubtful(text: string): boolean {
  return text.search(doubtful) >= 0;
}

function rewritingOf(notations: readonly Notation[]): Rewriting {
  const meanings = notations.flatMap(({ means }) => means ?? []);
  return {
    pattern: new RegExp(notations.map(({ written }) => written.source).join("|"), "gu"),
    replacement: ([, ...groups]) => {
      const at = groups.findIndex((group) => group !== undefined);
      return meanings[at]?.(groups[at] ?? "") ?? "";
    },
  };
}
