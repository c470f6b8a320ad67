// TensorFlow greets on stderr while its libraries are loaded, whatever TF_CPP_MIN_LOG_LEVEL says. This module, which
// depends on none of them, keeps file descriptor 2 closed to it meanwhile.
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

namespace {

int kept = -1;

napi_value Mute(napi_env, napi_callback_info) {
  const int nowhere = open("/dev/null", O_WRONLY);
  kept = dup(2);
  dup2(nowhere, 2);
  close(nowhere);
  return nullptr;
}

napi_value Unmute(napi_env, napi_callback_info) {
  dup2(kept, 2);
  close(kept);
  return nullptr;
}

void Export(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace

NAPI_MODULE_INIT() {
  Export(env, exports, "mute", Mute);
  Export(env, exports, "unmute", Unmute);
  return exports;
}
