import * as z from "zod";

const names = ["string", "number", "integer", "boolean", "object", "array", "null"] as const;
const typeName = z.enum(names);

/** The words of JSON Schema that are handed to the engine. */
interface EngineSchema {
  type?: (typeof names)[number] | (typeof names)[number][];
  enum?: string[];
  pattern?: string;
  minLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  items?: EngineSchema;
  anyOf?: EngineSchema[];
  properties?: Record<string, EngineSchema>;
}

/** Drops every other word. */
const engineSchema: z.ZodType<EngineSchema> = z.lazy(() =>
  z.object({
    type: z.exactOptional(z.union([typeName, z.array(typeName)])),
    enum: z.exactOptional(z.array(z.string())),
    pattern: z.exactOptional(z.string()),
    minLength: z.exactOptional(z.number()),
    minimum: z.exactOptional(z.number()),
    maximum: z.exactOptional(z.number()),
    minItems: z.exactOptional(z.number()),
    items: z.exactOptional(engineSchema),
    anyOf: z.exactOptional(z.array(engineSchema)),
    properties: z.exactOptional(z.record(z.string(), engineSchema)),
  }),
);

/**
 * A form's properties as Pulumi's schema, which the engine checks before any rule runs and Pulumi Cloud shows; what it lets
 * pass and the form does not take, the rule refuses. Left to the rule: `required`, which the engine demands of disabled
 * policies too; unknown names, which the engine shows although one may be a pasted key; defaults, which are applied here.
 */
export function engineProperties(form: z.ZodType): Record<string, EngineSchema> {
  const known = made.get(form);
  if (known !== undefined) return known;
  const { properties = {} } = engineSchema.parse(z.toJSONSchema(form, { io: "input" }));
  made.set(form, properties);
  return properties;
}

const made = new WeakMap<z.ZodType, Record<string, EngineSchema>>();
