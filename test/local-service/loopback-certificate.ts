import { generate } from "selfsigned";

/**
 * A new certificate for `127.0.0.1` and one name that nobody trusts until told to; no key lies in the repository.
 */
export async function loopbackCertificate(
  name = "localhost",
): Promise<{ readonly cert: string; readonly key: string }> {
  const { cert, private: key } = await generate([{ name: "commonName", value: "pulumi-guardrails tests" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: name },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  return { cert, key };
}
