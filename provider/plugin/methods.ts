import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  CheckFailure,
  type CheckRequest,
  CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  type DiffRequest,
  DiffResponse,
  GetSchemaResponse,
  type InvokeRequest,
  InvokeResponse,
  ProviderHandshakeResponse,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { couldNotVerify } from "../errors";
import { SharedReads } from "../shared-reads";
import { version } from "../version";
import type { Asking } from "./arguments";
import {
  configurationChanges,
  configurationOf,
  ownNames,
  type ProviderConfiguration,
  projectOf,
  refusalOf,
} from "./configuration";
import { invoke } from "./functions";
import { changes, checkKeyAssignments, noSnapshot, outputsOf } from "./key-assignments";
import { fromStruct, read } from "./property-values";
import { schema } from "./schema";
import { unary } from "./unary";

/**
 * What the engine asks of a provider, one function a method of the protocol. `property` of every failure is empty: the
 * engine prints the value of the property that it names.
 */
export function createMethods(): UntypedServiceImplementation {
  const cancelled = new AbortController();
  /** Calls of a function share one read a run, as in a TypeScript program; a resource is read when it is checked. */
  const reads = {
    called: new SharedReads(true, cancelled.signal),
    checked: new SharedReads(false, cancelled.signal),
  };
  let configuration: ProviderConfiguration = configurationOf({}, "default");

  const asking = (kind: keyof typeof reads): Asking => ({
    configuration,
    environment: process.env,
    reads: reads[kind],
  });

  return {
    handshake: unary(() => new ProviderHandshakeResponse().setAcceptSecrets(true)),
    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
    getSchema: unary(() => new GetSchemaResponse().setSchema(JSON.stringify(schema))),

    checkConfig: unary((request: CheckRequest) => {
      const given = fromStruct(request.getNews());
      const refusal = refusalOf(given, projectOf(request.getUrn()));
      const own = Object.fromEntries(ownNames(given).map((name) => [name, given[name] ?? null]));
      return checked(own, refusal === undefined ? [] : [refusal]);
    }),

    // Without a difference the engine configures with what was there before.
    diffConfig: unary((request: DiffRequest) =>
      diffed(
        configurationChanges(fromStruct(request.getOlds()), fromStruct(request.getNews()), request.getUrn()),
      ),
    ),

    configure: unary((request: ConfigureRequest) => {
      configuration = configurationOf(fromStruct(request.getArgs()), request.getName() ?? "");
      return new ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),

    invoke: unary(async (request: InvokeRequest) => {
      try {
        const answer = await invoke(request.getTok(), fromStruct(request.getArgs()), asking("called"));
        return new InvokeResponse().setReturn(Struct.fromJavaScript(answer));
      } catch (error) {
        return invokeFailed(couldNotVerify(error));
      }
    }),

    check: unary(async (request: CheckRequest) => {
      const given = fromStruct(request.getNews());
      try {
        return checked(await checkKeyAssignments(given, asking("checked")), []);
      } catch (error) {
        // Policies are shown these, also where the engine gave an old list among them.
        const { snapshot: _old, ...own } = given;
        return checked(own, [couldNotVerify(error)]);
      }
    }),

    diff: unary((request: DiffRequest) =>
      diffed(changes(fromStruct(request.getOlds()), fromStruct(request.getNews()))),
    ),

    create: unary((request: CreateRequest) => {
      const outputs = outputsOf(fromStruct(request.getProperties()));
      return new CreateResponse().setId("key-assignments").setProperties(Struct.fromJavaScript(outputs));
    }),

    update: unary((request: UpdateRequest) =>
      new UpdateResponse().setProperties(Struct.fromJavaScript(outputsOf(fromStruct(request.getNews())))),
    ),

    /** A refresh changes nothing: what is assigned now is what the next `check` reads. */
    read: unary((request: ReadRequest) => {
      if (read(fromStruct(request.getProperties())["snapshot"] ?? null).value === null) throw noSnapshot();
      return new ReadResponse()
        .setId(request.getId())
        .setProperties(request.getProperties())
        .setInputs(request.getInputs());
    }),

    delete: unary(() => new Empty()),

    cancel: unary(() => {
      cancelled.abort();
      return new Empty();
    }),
  };
}

function checked(inputs: ReturnType<typeof fromStruct>, reasons: readonly string[]): CheckResponse {
  const failures = reasons.map((reason) => new CheckFailure().setProperty("").setReason(reason));
  return new CheckResponse().setInputs(Struct.fromJavaScript(inputs)).setFailuresList(failures);
}

function invokeFailed(reason: string): InvokeResponse {
  return new InvokeResponse().setFailuresList([new CheckFailure().setProperty("").setReason(reason)]);
}

function diffed(changed: boolean): DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = DiffResponse.DiffChanges;
  return new DiffResponse().setChanges(changed ? DIFF_SOME : DIFF_NONE);
}
