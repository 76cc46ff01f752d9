// Permitted differences between our requests and those of the TypeScript SDK, each with its reason. Any other
// difference fails the comparison.

/** Rules for headers by name. They get the values of both SDKs, `undefined` for a missing header. */
export const headerRules = [
  {
    reason: "each client says who it is",
    allows: (name) => name === "user-agent",
  },
  {
    reason: "the length follows the body",
    allows: (name) => name === "content-length",
  },
  {
    reason: "an empty cookie header is a slip of the reference's",
    allows: (name, ours, theirs) => name === "cookie" && ours === undefined && theirs === "",
  },
  {
    reason: "Node's fetch adds these by itself; they mean nothing to an API",
    allows: (name, ours) =>
      ["accept-language", "sec-fetch-mode", "accept-encoding", "connection"].includes(name) &&
      ours === undefined,
  },
];

/** Rules for bodies: `path` has names joined by dots; `ours` and `theirs` are `undefined` if absent. */
export const bodyRules = [
  {
    reason: "the reference fills in defaults that the server has anyway",
    allows: (path, ours, theirs) =>
      ours === undefined &&
      ((path === "service_tier" && theirs === "auto") ||
        ((path === "store" || path === "stream") && theirs === false)),
  },
  {
    reason: "the reference leaves out what its types do not name, and nulls inside of it",
    allows: (path, ours, theirs) => ours !== undefined && theirs === undefined,
  },
  {
    reason: "an optional member that was given as null is left out by us: null and absent mean the same there",
    allows: (path, ours, theirs) => ours === undefined && theirs === null,
  },
];

/** The reason why the TypeScript SDK does not send some requests. */
export const refusal = {
  reason: "the reference checks requests against its own schemas and does not send what they lack",
};
