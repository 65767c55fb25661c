#include "edge/web/page.h"

namespace web {
namespace {

constexpr std::string_view text = R"html(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>The order engine</title>
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}td{padding:.2rem 1rem .2rem 0}</style>
</head><body><h1>The order engine</h1><p id="state">connecting …</p><table id="events"></table>
<script>
const state = document.getElementById('state'), table = document.getElementById('events');
const source = new EventSource('/v1/events');
source.onopen = () => state.textContent = 'connected; events appear as they are acknowledged';
source.onerror = () => state.textContent = 'not connected; trying again';
source.onmessage = message => {
  const event = JSON.parse(message.data), row = table.insertRow(0);
  for (const text of [message.lastEventId, event.time, event.type, event.subject]) row.insertCell().textContent = text;
  if (table.rows.length > 200) table.deleteRow(-1);
};
</script></body></html>
)html";

}  // namespace

std::string_view page() { return text; }

}  // namespace web
