/**
 * Reads an OpenAPI 3.1 document into what the API page shows. Owns the walk through `$ref`s and nothing of the page.
 *
 * Only what our own export describes is read (operations, parameters, response columns, security); an unknown part is
 * left out and never an error, so that a newer server's document still shows.
 */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Obj = { readonly [key: string]: Json };

export interface Parameter {
  readonly name: string;
  readonly where: string;
  readonly required: boolean;
  readonly type: string;
  readonly description: string;
  readonly example: string;
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly description: string;
}

export interface Answer {
  readonly status: string;
  readonly description: string;
  readonly types: readonly string[];
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly secured: boolean;
  readonly parameters: readonly Parameter[];
  readonly answers: readonly Answer[];
  /** The fields of one row, if the answer is a list of rows. */
  readonly columns: readonly Column[];
}

export interface Api {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly operations: readonly Operation[];
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

function isObj(value: Json | undefined): value is Obj {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function str(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** Follows `#/a/b` as long as there is one; a circle or a dead end is an empty object. */
function resolve(root: Obj, value: Json | undefined): Obj {
  for (let hops = 0; hops < 8; hops++) {
    if (!isObj(value)) return {};
    const ref = value["$ref"];
    if (typeof ref !== "string") return value;
    value = root;
    for (const step of ref.replace(/^#\//, "").split("/")) {
      const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
      value = isObj(value) ? value[key] : undefined;
    }
  }
  return {};
}

function typeOf(root: Obj, value: Json | undefined): string {
  const schema = resolve(root, value);
  const options = [...list(schema["anyOf"]), ...list(schema["oneOf"])];
  if (options.length > 0) return [...new Set(options.map((one) => typeOf(root, one)))].join(" | ");
  if (list(schema["enum"]).length > 0) return list(schema["enum"]).map(String).join(" | ");
  if (typeof schema["const"] === "string") return schema["const"];
  const type = schema["type"];
  const names = (Array.isArray(type) ? type : [type]).filter((one) => typeof one === "string");
  const format = str(schema["format"]);
  const named = names.map((name) => {
    if (name === "array") return `${typeOf(root, schema["items"]) || "value"}[]`;
    return name !== "null" && format !== "" ? `${name} (${format})` : name;
  });
  return named.join(" | ");
}

/** The object schema of a row: the schema itself, or the items of the one array among its properties. */
function rowOf(root: Obj, value: Json | undefined): Obj {
  const schema = resolve(root, value);
  if (schema["type"] === "array") return resolve(root, schema["items"]);
  const properties = resolve(root, schema["properties"]);
  for (const property of Object.values(properties)) {
    const inner = resolve(root, property);
    if (inner["type"] === "array") {
      const items = resolve(root, inner["items"]);
      // Rows of several profiles: the first is the one with the most columns.
      const row = resolve(root, list(items["anyOf"])[0] ?? items);
      if (isObj(row["properties"])) return row;
    }
  }
  return schema;
}

function columnsOf(root: Obj, operation: Obj): Column[] {
  const ok = resolve(root, resolve(root, operation["responses"])["200"]);
  const content = resolve(root, ok["content"]);
  const json = resolve(root, content["application/json"]);
  const row = rowOf(root, json["schema"]);
  return Object.entries(resolve(root, row["properties"])).map(([name, value]) => ({
    name,
    type: typeOf(root, value),
    description: described(root, value),
  }));
}

/** Said of the field itself, of what it refers to, or of the first of its alternatives. */
function described(root: Obj, value: Json | undefined): string {
  const schema = resolve(root, value);
  const own = (isObj(value) && str(value["description"])) || str(schema["description"]);
  if (own !== "") return own;
  const [first] = [...list(schema["anyOf"]), ...list(schema["oneOf"])];
  return first === undefined ? "" : described(root, first);
}

function example(root: Obj, parameter: Obj): string {
  const schema = resolve(root, parameter["schema"]);
  for (const value of [parameter["example"], schema["example"], list(schema["examples"])[0], schema["default"]]) {
    if (typeof value === "string" || typeof value === "number") return String(value);
  }
  return "";
}

function parameterOf(root: Obj, value: Json): Parameter {
  const parameter = resolve(root, value);
  return {
    name: str(parameter["name"]),
    where: str(parameter["in"]),
    required: parameter["required"] === true,
    type: typeOf(root, parameter["schema"]),
    description: str(parameter["description"]) || str(resolve(root, parameter["schema"])["description"]),
    example: example(root, parameter),
  };
}

export function read(document: unknown): Api {
  const root: Obj = isObj(document as Json) ? (document as Obj) : {};
  const info = resolve(root, root["info"]);
  const operations: Operation[] = [];
  for (const [path, item] of Object.entries(resolve(root, root["paths"]))) {
    const one = resolve(root, item);
    for (const method of METHODS) {
      if (!isObj(one[method])) continue;
      const operation = one[method];
      const security = operation["security"] ?? root["security"];
      operations.push({
        id: str(operation["operationId"]) || `${method}-${path.replaceAll(/[^A-Za-z0-9]+/g, "-")}`,
        method: method.toUpperCase(),
        path,
        summary: str(operation["summary"]),
        description: str(operation["description"]),
        secured: list(security).length > 0,
        parameters: [...list(one["parameters"]), ...list(operation["parameters"])].map((p) => parameterOf(root, p)),
        answers: Object.entries(resolve(root, operation["responses"])).map(([status, value]) => {
          const answer = resolve(root, value);
          return {
            status,
            description: str(answer["description"]),
            types: Object.keys(resolve(root, answer["content"])),
          };
        }),
        columns: columnsOf(root, operation),
      });
    }
  }
  return {
    title: str(info["title"]),
    version: str(info["version"]),
    description: str(info["description"]),
    operations,
  };
}

/** A command to paste into a terminal; the key stays a placeholder. */
export function curl(origin: string, operation: Operation, query: Readonly<Record<string, string>>): string {
  // A colon may stand in a query as it is, and is easier to read.
  const search = new URLSearchParams(query).toString().replaceAll("%3A", ":");
  const url = `${origin}${operation.path}${search === "" ? "" : `?${search}`}`;
  const parts = ["curl", ...(operation.method === "GET" ? [] : ["-X", operation.method])];
  if (operation.secured) parts.push("\\\n  -H 'Authorization: Bearer thk_ID_SECRET'");
  return `${parts.join(" ")} \\\n  '${url}'`;
}
