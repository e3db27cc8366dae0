import { describe, expect, it } from "vitest";

import { curl, read } from "../../src/docs/openapi.ts";

const document = {
  openapi: "3.1.0",
  info: { title: "Attendance", version: "1", description: "Rows." },
  security: [{ key: [] }],
  paths: {
    "/api/v1/attendance": {
      get: {
        operationId: "attendance",
        summary: "Rows of attendance",
        parameters: [
          { name: "from", in: "query", required: true, description: "Start.", schema: { type: "integer" }, example: 1 },
          { $ref: "#/components/parameters/format" },
        ],
        responses: {
          "200": {
            description: "Rows",
            content: {
              "application/json": { schema: { $ref: "#/components/schemas/Page" } },
              "text/csv": { schema: { type: "string" } },
            },
          },
          "401": { $ref: "#/components/responses/no" },
        },
      },
    },
    "/api/v1/openapi.json": { get: { security: [], responses: { "200": { description: "This" } } } },
  },
  components: {
    parameters: {
      format: { name: "format", in: "query", schema: { enum: ["json", "csv"], default: "json" } },
    },
    responses: { no: { description: "Signed out" } },
    schemas: {
      Page: {
        type: "object",
        properties: {
          rows: { type: "array", items: { $ref: "#/components/schemas/Row" } },
          cursor: { type: ["string", "null"] },
        },
      },
      Row: {
        type: "object",
        properties: {
          minutes: { type: "integer", description: "Whole minutes." },
          session_end: { anyOf: [{ type: "integer" }, { type: "null" }], description: "End, or null." },
          intervals: { type: "array", items: { type: "object" }, description: "Stays." },
        },
      },
      Circle: { $ref: "#/components/schemas/Circle" },
    },
  },
};

describe("OpenAPI reader", () => {
  const api = read(document);
  const [rows, self] = api.operations;

  it("reads operations, parameters and answers through references", () => {
    expect(rows).toMatchObject({ method: "GET", path: "/api/v1/attendance", secured: true });
    expect(rows?.parameters).toEqual([
      { name: "from", where: "query", required: true, type: "integer", description: "Start.", example: "1" },
      { name: "format", where: "query", required: false, type: "json | csv", description: "", example: "json" },
    ]);
    expect(rows?.answers).toEqual([
      { status: "200", description: "Rows", types: ["application/json", "text/csv"] },
      { status: "401", description: "Signed out", types: [] },
    ]);
  });

  it("finds the columns of one row", () => {
    expect(rows?.columns).toEqual([
      { name: "minutes", type: "integer", description: "Whole minutes." },
      { name: "session_end", type: "integer | null", description: "End, or null." },
      { name: "intervals", type: "object[]", description: "Stays." },
    ]);
  });

  it("writes a command with a placeholder for the key, and none where none is needed", () => {
    const one = rows === undefined ? "" : curl("https://clinic.example", rows, { from: "1", format: "csv" });
    expect(one).toContain("'Authorization: Bearer thk_ID_SECRET'");
    expect(one).toContain("'https://clinic.example/api/v1/attendance?from=1&format=csv'");
    expect(self === undefined ? "" : curl("https://clinic.example", self, {})).not.toContain("Bearer");
  });

  it("shows nothing of what it does not understand, and does not fall over", () => {
    expect(read(null).operations).toEqual([]);
    expect(read({ paths: { "/x": { get: { $ref: "#/nowhere" } } } }).operations).toHaveLength(1);
    const circle = { ...document, paths: { "/c": { get: { parameters: [{ $ref: "#/components/schemas/Circle" }] } } } };
    expect(read(circle).operations[0]?.parameters[0]?.name).toBe("");
  });
});
