// Precompiled for the tests: base's, and GoogleTest.
#include <gtest/gtest.h>

#include "base/pch.h"
