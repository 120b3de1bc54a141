import { Option } from "commander";
import { serviceNames } from "../provider/settings/services";

export function serviceOption(): Option {
  return new Option("--service <name>", "which service to read").choices(serviceNames);
}

export function baseUrlOption(): Option {
  return new Option("--base-url <url>", "any other address of the same API; the key must belong to it");
}
