import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "../../static/js/core/api.js";

for (const [body, code, said] of /** @type {[object | null, number, string][]} */ ([
  [{ message: "There is no hop 9.", try: "Go back to the present." }, 404, "There is no hop 9. Go back to the present."],
  [{ message: "There is no hop 9.", try: "" }, 404, "There is no hop 9."],
  [{ message: "There is no hop 9." }, 404, "There is no hop 9."],
  [null, 502, "502 Bad Gateway"],
])) {
  test(`a refusal is told with what to do about it: ${said}`, async () => {
    const headers = { "Content-Type": body ? "application/json" : "text/plain" };
    const api = new Api("/", "token", async () => new Response(JSON.stringify(body), { status: code, statusText: "Bad Gateway", headers }));
    await assert.rejects(api.hop(9), { message: said });
  });
}
