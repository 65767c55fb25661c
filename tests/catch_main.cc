// Catch2 v2 has no ready-made main; v3 has, and does not build this file.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
