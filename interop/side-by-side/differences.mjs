// How our requests may differ from the TypeScript SDK's, each with its reason. A difference that no
// rule here allows fails the comparison.

/** Headers, by name: both sides' values are given, `undefined` where a side sends none. */
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

/** Bodies: `path` as names joined by dots, `ours` and `theirs` the values, `undefined` if absent. */
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

/** A request that the reference does not send at all; `null` if it is sent. */
export const refusal = {
  reason: "the reference checks requests against its own schemas and does not send what they lack",
};
