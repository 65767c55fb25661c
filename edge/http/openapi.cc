#include "edge/http/api_documents.h"

namespace http {

std::string_view openapi_document() {
  // clang-format off
  static constexpr std::string_view text = R"json({
"openapi":"3.1.0",
"info":{"title":"Saga engine","version":"1.0.0","description":"Places orders and shows what became of them. A 202 means the order's first event is acknowledged by Kafka."},
"servers":[{"url":"/"}],
"security":[{"bearer":[]},{}],
"paths":{
 "/v1/orders":{
  "post":{"operationId":"placeOrder","summary":"Place an order","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"},{"$ref":"#/components/parameters/Prefer"}],"requestBody":{"$ref":"#/components/requestBodies/Order"},"responses":{"200":{"$ref":"#/components/responses/Ended"},"202":{"$ref":"#/components/responses/Placed"},"400":{"$ref":"#/components/responses/Problem"},"401":{"$ref":"#/components/responses/Unauthorized"},"403":{"$ref":"#/components/responses/Problem"},"408":{"$ref":"#/components/responses/Problem"},"413":{"$ref":"#/components/responses/Problem"},"415":{"$ref":"#/components/responses/Problem"},"422":{"$ref":"#/components/responses/Problem"},"503":{"$ref":"#/components/responses/NotTaken"},"504":{"$ref":"#/components/responses/OutcomeUnknown"}}},
  "get":{"operationId":"listOrders","summary":"All unfinished and the last finished orders, newest first","parameters":[{"name":"status","in":"query","schema":{"$ref":"#/components/schemas/Status"}},{"name":"limit","in":"query","schema":{"type":"integer","minimum":1,"maximum":500,"default":50}},{"name":"cursor","in":"query","description":"nextCursor of the page before","schema":{"type":"string"}}],"responses":{"200":{"description":"A page","content":{"application/json":{"schema":{"type":"object","required":["data","nextCursor"],"properties":{"data":{"type":"array","items":{"$ref":"#/components/schemas/Order"}},"nextCursor":{"type":["string","null"]}}}}}},"400":{"$ref":"#/components/responses/Problem"},"401":{"$ref":"#/components/responses/Unauthorized"},"403":{"$ref":"#/components/responses/Problem"}}}},
 "/create-order":{
  "post":{"operationId":"createOrder","summary":"The same as POST /v1/orders, under the shop's name for it","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"},{"$ref":"#/components/parameters/Prefer"}],"requestBody":{"$ref":"#/components/requestBodies/Order"},"responses":{"200":{"$ref":"#/components/responses/Ended"},"202":{"$ref":"#/components/responses/Placed"},"400":{"$ref":"#/components/responses/Problem"},"401":{"$ref":"#/components/responses/Unauthorized"},"403":{"$ref":"#/components/responses/Problem"},"408":{"$ref":"#/components/responses/Problem"},"413":{"$ref":"#/components/responses/Problem"},"415":{"$ref":"#/components/responses/Problem"},"422":{"$ref":"#/components/responses/Problem"},"503":{"$ref":"#/components/responses/NotTaken"},"504":{"$ref":"#/components/responses/OutcomeUnknown"}}}},
 "/v1/orders/{orderId}":{
  "get":{"operationId":"getOrder","summary":"One order, as far as it is acknowledged","parameters":[{"name":"orderId","in":"path","required":true,"schema":{"type":"string","format":"uuid"}},{"name":"If-None-Match","in":"header","schema":{"type":"string"}}],"responses":{"200":{"description":"The order","headers":{"ETag":{"schema":{"type":"string"}}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Order"}}}},"304":{"description":"Unchanged"},"401":{"$ref":"#/components/responses/Unauthorized"},"403":{"$ref":"#/components/responses/Problem"},"404":{"$ref":"#/components/responses/Problem"},"503":{"$ref":"#/components/responses/Problem"}}}},
 "/v1/events":{
  "get":{"operationId":"followEvents","summary":"Every acknowledged event as it comes, as server-sent events","description":"The id of each is its offset, the data the CloudEvent. A comment every 15 s. Older than what is kept: one event named gap. A reader that cannot keep up is closed.","parameters":[{"name":"Last-Event-ID","in":"header","description":"Go on behind this offset","schema":{"type":"string"}}],"responses":{"200":{"description":"The stream","content":{"text/event-stream":{"schema":{"type":"string"}}}},"401":{"$ref":"#/components/responses/Unauthorized"},"403":{"$ref":"#/components/responses/Problem"}}}},
 "/livez":{"get":{"operationId":"livez","summary":"The process lives","security":[],"responses":{"200":{"description":"It does","content":{"application/json":{"schema":{"type":"object"}}}}}}},
 "/readyz":{"get":{"operationId":"readyz","summary":"Whether orders are taken, and else how far the start is","security":[],"responses":{"200":{"description":"Ready","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Readiness"}}}},"503":{"description":"Not ready","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Readiness"}}}}}}},
 "/metrics":{"get":{"operationId":"metrics","summary":"Prometheus text","security":[],"responses":{"200":{"description":"The metrics","content":{"text/plain":{"schema":{"type":"string"}}}}}}}
},
"components":{
 "securitySchemes":{"bearer":{"type":"http","scheme":"bearer"}},
 "parameters":{
  "IdempotencyKey":{"name":"Idempotency-Key","in":"header","description":"Sent again with the same key, an order is placed once. Quoted or bare.","schema":{"type":"string","minLength":1,"maxLength":255}},
  "Prefer":{"name":"Prefer","in":"header","description":"wait=N: up to N (at most 60) seconds for the order's end","schema":{"type":"string","examples":["wait=5"]}}},
 "requestBodies":{"Order":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/NewOrder"}}}}},
 "responses":{
  "Placed":{"description":"Placed, and acknowledged by Kafka","headers":{"Location":{"schema":{"type":"string"}},"Idempotent-Replayed":{"description":"true: it was placed before","schema":{"type":"string"}},"Preference-Applied":{"schema":{"type":"string"}}},"content":{"application/json":{"schema":{"type":"object","required":["orderId","status","links"],"properties":{"orderId":{"type":"string","format":"uuid"},"status":{"$ref":"#/components/schemas/Status"},"links":{"type":"object","required":["self"],"properties":{"self":{"type":"string"}}}}}}}},
  "Ended":{"description":"With Prefer: wait, the order at its end","headers":{"Location":{"schema":{"type":"string"}},"Preference-Applied":{"schema":{"type":"string"}}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Order"}}}},
  "Problem":{"description":"RFC 9457","content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}},
  "Unauthorized":{"description":"No token, or an unknown one","headers":{"WWW-Authenticate":{"schema":{"type":"string"}}},"content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}},
  "NotTaken":{"description":"Not taken; sending it again is safe","headers":{"Retry-After":{"schema":{"type":"integer"}}},"content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}},
  "OutcomeUnknown":{"description":"Taken, not acknowledged in time: it may still come to be","headers":{"Location":{"schema":{"type":"string"}}},"content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}}},
 "schemas":{
  "Status":{"type":"string","enum":["placed","paid","reserved","shipped","completed","releasing","refunding","cancelling","cancelled","parked"]},
  "Reason":{"type":"string","enum":["payment_declined","out_of_stock","shipping_failed","customer_request","deadline","unavailable","mail_refused"]},
  "Money":{"description":"Decimal, as a number or a string; no sign, no exponent, no more fraction digits than the currency has","oneOf":[{"type":"number","minimum":0},{"type":"string","pattern":"^(0|[1-9][0-9]*)(\\.[0-9]+)?$"}]},
  "NewOrder":{"type":"object","additionalProperties":false,"required":["userId","userEmail"],"oneOf":[{"required":["item","amount"],"not":{"required":["items"]}},{"required":["items"],"not":{"required":["item"]}}],"properties":{"orderId":{"type":"string","format":"uuid"},"userId":{"type":"string","minLength":1,"maxLength":128},"userEmail":{"type":"string","format":"email","maxLength":254},"item":{"type":"string","minLength":1,"maxLength":128},"amount":{"$ref":"#/components/schemas/Money"},"currency":{"type":"string","pattern":"^[A-Z]{3}$"},"items":{"type":"array","minItems":1,"maxItems":100,"items":{"type":"object","additionalProperties":false,"required":["sku","quantity","price"],"properties":{"sku":{"type":"string","minLength":1,"maxLength":128},"quantity":{"type":"integer","minimum":1,"maximum":1000000},"price":{"$ref":"#/components/schemas/Money"}}}}},"examples":[{"userId":"a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2","userEmail":"you@example.com","item":"keyboard","amount":49.99}]},
  "Order":{"type":"object","required":["orderId","status","amount","amountMinor","currency","steps"],"properties":{"orderId":{"type":"string","format":"uuid"},"status":{"$ref":"#/components/schemas/Status"},"reason":{"$ref":"#/components/schemas/Reason"},"item":{"type":"string"},"items":{"type":"array","items":{"type":"object","required":["sku","quantity","price"],"properties":{"sku":{"type":"string"},"quantity":{"type":"integer"},"price":{"type":"string"}}}},"amount":{"type":"number"},"amountMinor":{"type":"integer"},"currency":{"type":"string"},"steps":{"type":"array","items":{"type":"object","required":["step","type","at","offset"],"properties":{"step":{"type":"integer"},"type":{"type":"string"},"at":{"type":"string","format":"date-time"},"offset":{"type":"integer"}}}}}},
  "Readiness":{"type":"object","required":["status","stage"],"properties":{"status":{"type":"string"},"stage":{"type":"string"}}},
  "Problem":{"type":"object","required":["type","title","status"],"properties":{"type":{"type":"string","format":"uri-reference"},"title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},"pointer":{"description":"RFC 6901, the field of the body that is wrong","type":"string"},"orderId":{"type":"string","format":"uuid"}}}
 }
}
}
)json";
  // clang-format on
  return text;
}

}  // namespace http
