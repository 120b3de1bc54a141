import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** DER tags, the few a certificate needs. */
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

const ECDSA_WITH_SHA256 = oid("2a8648ce3d040302");
const COMMON_NAME = oid("550403");
const BASIC_CONSTRAINTS = oid("551d13");
const SUBJECT_ALT_NAME = oid("551d11");

/**
 * A new certificate for `127.0.0.1` and `localhost` that nobody trusts until told to, with its private key: tests of TLS
 * then need neither a key in the repository nor a program that makes one.
 *
 * @returns both as PEM: `cert` is also the CA to trust (`NODE_EXTRA_CA_CERTS`, or an agent's `ca`)
 */
export function loopbackCertificate(): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, "pulumi-guardrails local service"))),
  );
  const body = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, [2])),
    der(INTEGER, [1], randomBytes(15)),
    algorithm,
    name,
    der(SEQUENCE, der(GENERALIZED_TIME, "20200101000000Z"), der(GENERALIZED_TIME, "21000101000000Z")),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(
      EXTENSIONS,
      der(
        SEQUENCE,
        extension(BASIC_CONSTRAINTS, der(SEQUENCE, der(BOOLEAN, [0xff]))),
        extension(
          SUBJECT_ALT_NAME,
          der(SEQUENCE, der(DNS_NAME, "localhost"), der(IP_ADDRESS, [127, 0, 0, 1])),
        ),
      ),
    ),
  );
  const signature = sign("sha256", body, privateKey);
  return {
    cert: pem(der(SEQUENCE, body, algorithm, der(BIT_STRING, [0], signature))),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** One DER value: its tag, its length, its content. */
function der(tag: number, ...content: (Uint8Array | string | readonly number[])[]): Buffer {
  const body = Buffer.concat(
    content.map((part) => (typeof part === "string" ? Buffer.from(part) : Uint8Array.from(part))),
  );
  return Buffer.concat([Uint8Array.from([tag, ...lengthOf(body)]), body]);
}

/** DER wants the shortest form: one byte below 128, else the count of the length's bytes before them. */
function lengthOf({ length }: Buffer): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function oid(hex: string): Buffer {
  return der(OBJECT_ID, Buffer.from(hex, "hex"));
}

function extension(id: Buffer, value: Buffer): Buffer {
  return der(SEQUENCE, id, der(OCTET_STRING, value));
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
