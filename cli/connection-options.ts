import { type Command, InvalidArgumentError, Option } from "commander";
import { GuardrailsError } from "../provider/errors";
import { serviceNames } from "../provider/settings/services";
import { argumentSource, resolveAddress, type SettingsSource } from "../provider/settings/settings";
import { didYouMean } from "../provider/spelling-suggestions";

/** Where to read, and how long that may take, as the command line says it. */
export interface ConnectionOptions {
  readonly service?: string;
  readonly baseUrl?: string;
  readonly readTimeout?: string;
}

/** The options that every command has which reads the service. */
export function addConnectionOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--service <name>", "the service to read").choices(serviceNames).argParser(serviceGiven),
    )
    .option("--base-url <url>", "any other address of the same API; the key must belong to it")
    .option("--read-timeout <seconds>", "how long one reading may take at most (default: 30)");
}

/** As commander checks a choice, which never says which one was meant. */
function serviceGiven(name: string): string {
  if (serviceNames.some((known) => known === name)) return name;
  throw new InvalidArgumentError(
    `Allowed choices are ${serviceNames.join(", ")}${didYouMean(name, serviceNames)}.`,
  );
}

export function connectionSource(options: ConnectionOptions): SettingsSource {
  return { ...argumentSource({ ...options }), name: optionName };
}

/** Those that were given, as they are written on a command line. */
export function writtenOptions({ service, baseUrl, readTimeout }: ConnectionOptions): readonly string[] {
  const given = { "--service": service, "--base-url": baseUrl, "--read-timeout": readTimeout };
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
}

function optionName(setting: string): string {
  return `option --${setting.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * What a configuration file says of the connection, with what the command line adds: a time limit in the place of the
 * file's, and the address where the file states none.
 * @throws GuardrailsError of kind `configuration` if both state an address and the two differ
 */
export function withOptions(file: SettingsSource, options: ConnectionOptions): SettingsSource {
  const given = connectionSource(options);
  if (statesAddress(file) && statesAddress(given)) refuseOther(file, given);
  const address = statesAddress(file) ? file : given;
  const { readTimeout } = options;
  return {
    service: address.service,
    baseUrl: address.baseUrl,
    limits: { ...file.limits, ...(readTimeout === undefined ? {} : { readTimeout }) },
    name: (setting) => {
      if (setting === "readTimeout" && readTimeout !== undefined) return given.name(setting);
      return (setting === "service" || setting === "baseUrl" ? address : file).name(setting);
    },
  };
}

function statesAddress({ service, baseUrl }: SettingsSource): boolean {
  return service !== undefined || baseUrl !== undefined;
}

function refuseOther(file: SettingsSource, given: SettingsSource): void {
  const [inFile, onLine] = [file, given].map((args) => resolveAddress({ args, environment: {} }));
  if (inFile?.baseUrl === onLine?.baseUrl && inFile?.service === onLine?.service) return;
  throw new GuardrailsError("configuration", {
    what: "could not verify: the command line and the configuration file name different addresses",
    advice: "Leave --service and --base-url out, or take the file that belongs to that address.",
  });
}
