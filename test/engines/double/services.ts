import { randomUUID } from "node:crypto";
import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import {
  GetRootResourceResponse,
  type LogRequest,
  LogSeverity,
  type SetRootResourceRequest,
  SetRootResourceResponse,
} from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterPackageResponse,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  RegisterResourceResponse,
  type ResourceInvokeRequest,
  type SupportsFeatureRequest,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Deployment } from "./deployment";
import { goalOf } from "./goal";
import { fromStruct, toStruct } from "./properties";
import type { Report } from "./report";
import { answer } from "./rpc";
import { RunFailed } from "./run-failed";

type Service = readonly [ServiceDefinition, UntypedServiceImplementation];

/** Everything else would arrive in a form that only an engine with that feature reads. */
const features = ["secrets", "parameterization"];

/** What the program registers its resources with. */
export function resourceMonitor(deployment: Deployment, fail: (reason: unknown) => void): Service {
  const unsupported = (what: string) =>
    answer(() => {
      throw new RunFailed(`the engine double has no ${what}`);
    }, fail);
  return [
    ResourceMonitorService,
    {
      supportsFeature: answer((request: SupportsFeatureRequest) => {
        const response = new SupportsFeatureResponse();
        response.setHassupport(features.includes(request.getId()));
        return response;
      }, fail),
      registerPackage: answer(() => new RegisterPackageResponse().setRef(randomUUID()), fail),
      registerResource: answer(async (request: RegisterResourceRequest) => {
        const state = await deployment.register(goalOf(request));
        const response = new RegisterResourceResponse();
        return response.setUrn(state.urn).setId(state.id).setObject(toStruct(state.outputs));
      }, fail),
      registerResourceOutputs: answer((request: RegisterResourceOutputsRequest) => {
        deployment.registerOutputs(request.getUrn(), fromStruct(request.getOutputs()));
        return new Empty();
      }, fail),
      signalAndWaitForShutdown: answer(() => new Empty(), fail),
      invoke: answer((request: ResourceInvokeRequest) => {
        const reference = request.getProvider();
        const provider = reference.slice(0, Math.max(0, reference.lastIndexOf("::")));
        return deployment.invoke(request.getTok(), fromStruct(request.getArgs()), provider);
      }, fail),
      call: unsupported("methods of components (call)"),
      readResource: unsupported("reading of existing resources (get)"),
    },
  ];
}

/** What every child logs to. */
export function engineService(report: Report, fail: (reason: unknown) => void): Service {
  let root = "";
  return [
    EngineService,
    {
      log: answer((request: LogRequest) => {
        const prefix = prefixes[request.getSeverity()];
        if (prefix !== undefined) report.line(`${prefix}${request.getMessage()}`);
        return new Empty();
      }, fail),
      getRootResource: answer(() => new GetRootResourceResponse().setUrn(root), fail),
      setRootResource: answer((request: SetRootResourceRequest) => {
        root = request.getUrn();
        return new SetRootResourceResponse();
      }, fail),
    },
  ];
}

const prefixes: Partial<Record<LogSeverity, string>> = {
  [LogSeverity.INFO]: "",
  [LogSeverity.WARNING]: "warning: ",
  [LogSeverity.ERROR]: "error: ",
};
