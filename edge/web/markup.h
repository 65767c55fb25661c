// The live page's structure; the script fills it.
#pragma once

#include <string_view>

namespace web {

inline constexpr std::string_view before_style = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Order engine</title>
<link rel="icon" href="data:,">
<style>)html";

inline constexpr std::string_view before_script = R"html(</style>
</head>
<body>
<main>
<header>
  <h1>Order engine</h1>
  <span class="pill" id="ready" role="status">asking</span>
  <span class="pill" id="stream" role="status">connecting</span>
  <nav><a href="/v1/orders">orders</a><a href="/metrics">metrics</a><a href="/openapi.json">openapi</a><a href="/asyncapi.json">asyncapi</a></nav>
</header>
<section class="tiles" aria-label="Orders since this page was opened">
  <div class="card tile"><b id="placed">0</b><span>placed</span></div>
  <div class="card tile"><b id="underway">0</b><span>under way</span></div>
  <div class="card tile"><b id="completed">0</b><span>completed</span></div>
  <div class="card tile"><b id="cancelled">0</b><span>cancelled</span></div>
  <div class="card tile"><b id="rate">0</b><span>events a second</span><canvas id="chart" aria-hidden="true"></canvas></div>
</section>
<section class="columns">
  <form class="card" id="form" autocomplete="off">
    <h2>Place an order</h2>
    <label>User <input name="userId" required maxlength="128" value="a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2"></label>
    <label>E-mail <input name="userEmail" type="email" required maxlength="254" value="you@example.com"></label>
    <label>Item <input name="item" required maxlength="128" value="keyboard"></label>
    <div class="pair">
      <label>Amount <input name="amount" required inputmode="decimal" pattern="(0|[1-9][0-9]*)(\.[0-9]+)?" value="49.99"></label>
      <label>Currency <input name="currency" pattern="[A-Z]{3}" maxlength="3" placeholder="default"></label>
    </div>
    <label id="tokenline" hidden>Bearer token <input name="token" type="password"></label>
    <button id="send">Place order</button>
    <p id="result" role="status"></p>
  </form>
  <div class="card">
    <div class="above"><h2>Acknowledged events</h2><button class="quiet" id="pause" aria-pressed="false">pause</button></div>
    <div class="scroll"><table>
      <thead><tr><th>time</th><th>offset</th><th>event</th><th>order</th></tr></thead>
      <tbody id="events"></tbody>
    </table></div>
  </div>
</section>
</main>
<dialog id="detail"><div class="above"><h2 id="detailtitle">Order</h2><button class="quiet" id="close">close</button></div><pre id="detailtext"></pre></dialog>
<script>)html";

inline constexpr std::string_view after_script = R"html(</script>
</body>
</html>
)html";

}  // namespace web
