// Kernels that TensorFlow lacks, registered with it through its C interface, which this file declares as far as it is used:
// its headers want many others. Compiled without fused multiply-add (src/setup/compile.ts), so that the numbers are the same
// on every processor.
#include <node_api.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

extern "C" {
struct TF_KernelBuilder;
struct TF_OpDefinitionBuilder;
struct TF_OpKernelConstruction;
struct TF_OpKernelContext;
struct TF_Status;
struct TF_Tensor;
enum TF_DataType { TF_FLOAT = 1, TF_INT32 = 3 };
TF_KernelBuilder* TF_NewKernelBuilder(const char*, const char*, void* (*)(TF_OpKernelConstruction*),
                                      void (*)(void*, TF_OpKernelContext*), void (*)(void*));
void TF_RegisterKernelBuilder(const char*, TF_KernelBuilder*, TF_Status*);
TF_OpDefinitionBuilder* TF_NewOpDefinitionBuilder(const char*);
void TF_OpDefinitionBuilderAddAttr(TF_OpDefinitionBuilder*, const char*);
void TF_OpDefinitionBuilderAddInput(TF_OpDefinitionBuilder*, const char*);
void TF_OpDefinitionBuilderAddOutput(TF_OpDefinitionBuilder*, const char*);
void TF_RegisterOpDefinition(TF_OpDefinitionBuilder*, TF_Status*);
int TF_NumInputs(TF_OpKernelContext*);
void TF_GetInput(TF_OpKernelContext*, int, TF_Tensor**, TF_Status*);
TF_Tensor* TF_AllocateOutput(TF_OpKernelContext*, int, TF_DataType, const int64_t*, int, size_t, TF_Status*);
void TF_OpKernelContext_Failure(TF_OpKernelContext*, TF_Status*);
void* TF_TensorData(const TF_Tensor*);
int64_t TF_TensorElementCount(const TF_Tensor*);
int TF_NumDims(const TF_Tensor*);
int64_t TF_Dim(const TF_Tensor*, int);
void TF_DeleteTensor(TF_Tensor*);
TF_Status* TF_NewStatus();
void TF_DeleteStatus(TF_Status*);
int TF_GetCode(const TF_Status*);
const char* TF_Message(const TF_Status*);
}

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

namespace {

/** Threads of a kernel: as many as TensorFlow's own. */
int threads() {
  static const int count = [] {
    const char* wanted = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int given = wanted ? std::atoi(wanted) : 0;
    return given > 0 ? given : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }();
  return count;
}

/** Runs `part(from, to)` over [0, count) in pieces that are multiples of `grain`, side by side. */
template <typename Part>
void in_parallel(int64_t count, int64_t grain, int64_t worthwhile, const Part& part) {
  const int64_t pieces = std::min<int64_t>(threads(), std::max<int64_t>(1, count / worthwhile));
  const int64_t each = ((count + pieces - 1) / pieces + grain - 1) / grain * grain;
  std::vector<std::thread> others;
  for (int64_t from = each; from < count; from += each) {
    others.emplace_back([&part, from, to = std::min(count, from + each)] { part(from, to); });
  }
  part(0, std::min(count, each));
  for (auto& other : others) other.join();
}

/** Input of a kernel. */
class Input {
 public:
  Input(TF_OpKernelContext* context, int index, TF_Status* status) { TF_GetInput(context, index, &tensor_, status); }
  ~Input() { TF_DeleteTensor(tensor_); }
  template <typename T>
  const T* data() const {
    return static_cast<const T*>(TF_TensorData(tensor_));
  }
  int64_t size() const { return TF_TensorElementCount(tensor_); }
  std::vector<int64_t> shape() const {
    std::vector<int64_t> shape(TF_NumDims(tensor_));
    for (size_t i = 0; i < shape.size(); ++i) shape[i] = TF_Dim(tensor_, static_cast<int>(i));
    return shape;
  }

 private:
  TF_Tensor* tensor_ = nullptr;
};

/** Blocks of Philox that are computed side by side: four vectors of 512 bits, so that none waits for its own products. */
constexpr int LANES = 64;
/** Elements that they serve. */
constexpr int ELEMENTS = 2 * LANES;

/** Natural logarithm for x in (0, 1]; relative error below 2e-7. */
inline float logarithm(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, 4);
  int32_t exponent = static_cast<int32_t>(bits >> 23) - 126;
  const uint32_t mantissa = (bits & 0x007fffff) | 0x3f000000;
  float m;
  std::memcpy(&m, &mantissa, 4);
  const bool small = m < 0.70710678f;
  exponent -= small ? 1 : 0;
  m = (m + (small ? m : 0.0f)) - 1.0f;
  const float z = m * m;
  float p = 7.0376836292e-2f;
  p = p * m + -1.151461031e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m + -1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m + -1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m + -2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  p = p * m * z;
  const float k = static_cast<float>(exponent);
  p = p + k * -2.12194440e-4f;
  p = p - z * 0.5f;
  return (m + p) + k * 0.693359375f;
}

/**
 * Algorithm 1's noise of the elements [from, to), drawn and applied as src/backend/wasm/assembly/noise.ts does, in the same
 * order of operations. `mu` and `sigma` are tiled: an element's unit is at its number modulo `units`, and so are the next.
 */
FOR_EACH_PROCESSOR
void noise(int64_t from, int64_t to, const float* x, float* y, float* s, const float* mu, const float* sigma,
           int64_t units, float r_mu, float r_sigma, uint32_t hi, uint32_t lo) {
  for (int64_t i = from; i < to; i += ELEMENTS) {
    alignas(64) uint32_t a[LANES], b[LANES], c[LANES], d[LANES];
    for (int l = 0; l < LANES; ++l) {
      a[l] = static_cast<uint32_t>(i / 2) + static_cast<uint32_t>(l);
      b[l] = c[l] = d[l] = 0;
    }
    uint32_t k0 = hi, k1 = lo;
    for (int round = 0; round < 10; ++round) {
#pragma GCC unroll 1  // Unrolled first, it would not be vectorized.
      for (int l = 0; l < LANES; ++l) {
        const uint64_t p = static_cast<uint64_t>(a[l]) * 0xd2511f53u;
        const uint64_t q = static_cast<uint64_t>(c[l]) * 0xcd9e8d57u;
        a[l] = static_cast<uint32_t>(q >> 32) ^ b[l] ^ k0;
        c[l] = static_cast<uint32_t>(p >> 32) ^ d[l] ^ k1;
        b[l] = static_cast<uint32_t>(q);
        d[l] = static_cast<uint32_t>(p);
      }
      k0 += 0x9e3779b9u;
      k1 += 0xbb67ae85u;
    }
    float scale[ELEMENTS], shift[ELEMENTS];
    for (int l = 0; l < LANES; ++l) {
      const float to_symmetric = 1.0f / 8388608.0f;
      shift[2 * l] = (static_cast<float>(static_cast<int32_t>(a[l] >> 8)) * to_symmetric - 1.0f) * r_mu;
      shift[2 * l + 1] = (static_cast<float>(static_cast<int32_t>(b[l] >> 8)) * to_symmetric - 1.0f) * r_mu;
      const float u = (static_cast<float>(static_cast<int32_t>(c[l] >> 8)) + 0.5f) * (1.0f / 16777216.0f);
      const float radius = std::sqrt(logarithm(u) * -2.0f) * r_sigma;
      const uint32_t c3 = d[l];
      const uint32_t quadrant = (c3 + 0x20000000u) >> 30;
      const float t = static_cast<float>(static_cast<int32_t>(c3 - (quadrant << 30))) *
                      static_cast<float>(1.5707963267948966 / 1073741824.0);
      const float q = t * t;
      float sin = 2.7557319e-6f;
      sin = sin * q + -1.9841270e-4f;
      sin = sin * q + 8.3333333e-3f;
      sin = sin * q + -1.6666667e-1f;
      sin = sin * q * t + t;
      float cos = 2.4801587e-5f;
      cos = cos * q + -1.3888889e-3f;
      cos = cos * q + 4.1666667e-2f;
      cos = cos * q + -0.5f;
      cos = cos * q + 1.0f;
      const bool odd = quadrant & 1;
      const float sin_sign = quadrant & 2 ? -1.0f : 1.0f;
      const float cos_sign = odd ? -sin_sign : sin_sign;
      scale[2 * l] = (odd ? sin : cos) * cos_sign * radius;
      scale[2 * l + 1] = (odd ? cos : sin) * sin_sign * radius;
    }
    const float* own_mu = mu + i % units;
    const float* own_sigma = sigma + i % units;
    const int count = static_cast<int>(std::min<int64_t>(ELEMENTS, to - i));
    for (int e = 0; e < count; ++e) {
      s[i + e] = scale[e] + own_sigma[e];
      y[i + e] = s[i + e] * x[i + e] + (shift[e] + own_mu[e]);
    }
  }
}

/** Repeats the values of the units, so that a piece may start at any of them. */
std::vector<float> tiled(const float* values, int64_t units) {
  std::vector<float> all(units + ELEMENTS);
  for (size_t i = 0; i < all.size(); ++i) all[i] = values[i % units];
  return all;
}

/** Inputs x, mu, sigma, [rMu, rSigma] and the key's two words; outputs the noisy x, and the scales. */
void compute_noise(void*, TF_OpKernelContext* context) {
  TF_Status* status = TF_NewStatus();
  {
    const Input x(context, 0, status), mu(context, 1, status), sigma(context, 2, status);
    const Input radii(context, 3, status), key(context, 4, status);
    const auto shape = x.shape();
    const int rank = static_cast<int>(shape.size());
    const size_t bytes = x.size() * sizeof(float);
    TF_Tensor* y = TF_AllocateOutput(context, 0, TF_FLOAT, shape.data(), rank, bytes, status);
    TF_Tensor* s = TF_GetCode(status) == 0
                       ? TF_AllocateOutput(context, 1, TF_FLOAT, shape.data(), rank, bytes, status)
                       : nullptr;
    if (TF_GetCode(status) == 0) {
      const int64_t units = mu.size();
      const auto all_mu = tiled(mu.data<float>(), units), all_sigma = tiled(sigma.data<float>(), units);
      auto* out = static_cast<float*>(TF_TensorData(y));
      auto* scales = static_cast<float*>(TF_TensorData(s));
      const auto* words = key.data<int32_t>();
      in_parallel(x.size(), ELEMENTS, 16384, [&](int64_t from, int64_t to) {
        noise(from, to, x.data<float>(), out, scales, all_mu.data(), all_sigma.data(), units, radii.data<float>()[0],
              radii.data<float>()[1], static_cast<uint32_t>(words[0]), static_cast<uint32_t>(words[1]));
      });
    } else {
      TF_OpKernelContext_Failure(context, status);
    }
    if (s) TF_DeleteTensor(s);
    if (y) TF_DeleteTensor(y);
  }
  TF_DeleteStatus(status);
}

/** Sums of src/core/change-sums.ts, and partial sums of each, added up in the same order. */
constexpr int SUMS = 5, SUM_LANES = 4;

typedef float Floats __attribute__((vector_size(SUM_LANES * sizeof(float))));
typedef double Doubles __attribute__((vector_size(SUM_LANES * sizeof(double))));

FOR_EACH_PROCESSOR
void sum_changes(int64_t count, const float* gradient, const float* before, const float* after, const float* initial,
                 double* sums) {
  Doubles lanes[SUMS] = {};
  const auto add = [&lanes](const float* g4, const float* old4, const float* now4, const float* first4) {
    Floats narrow[4];
    const float* sources[] = {g4, old4, now4, first4};
    for (int k = 0; k < 4; ++k) std::memcpy(&narrow[k], sources[k], sizeof(Floats));
    const Doubles g = __builtin_convertvector(narrow[0], Doubles), old = __builtin_convertvector(narrow[1], Doubles);
    const Doubles now = __builtin_convertvector(narrow[2], Doubles), first = __builtin_convertvector(narrow[3], Doubles);
    const Doubles turn = now - old, away = old - first;
    lanes[0] += g * g;
    lanes[1] += old * old;
    lanes[2] += turn * turn;
    lanes[3] += away * away;
    lanes[4] += turn * (now + old);
  };
  const int64_t whole = count / SUM_LANES * SUM_LANES;
  for (int64_t i = 0; i < whole; i += SUM_LANES) add(gradient + i, before + i, after + i, initial + i);
  if (whole < count) {
    float rest[4][SUM_LANES] = {};
    const float* sources[] = {gradient, before, after, initial};
    for (int k = 0; k < 4; ++k) std::memcpy(rest[k], sources[k] + whole, (count - whole) * sizeof(float));
    add(rest[0], rest[1], rest[2], rest[3]);
  }
  for (int k = 0; k < SUMS; ++k) sums[k] = (lanes[k][0] + lanes[k][1]) + (lanes[k][2] + lanes[k][3]);
}

/** Inputs the gradients, the parameters before and after, and the first ones; outputs the words of their sums. */
void compute_change_sums(void*, TF_OpKernelContext* context) {
  TF_Status* status = TF_NewStatus();
  const int parameters = TF_NumInputs(context) / 4;
  const int64_t shape[] = {parameters * SUMS * 2};
  TF_Tensor* sums = TF_AllocateOutput(context, 0, TF_INT32, shape, 1, shape[0] * sizeof(int32_t), status);
  if (TF_GetCode(status) == 0) {
    std::vector<double> found(parameters * SUMS);
    for (int i = 0; i < parameters; ++i) {
      const Input gradient(context, i, status), before(context, parameters + i, status);
      const Input after(context, 2 * parameters + i, status), initial(context, 3 * parameters + i, status);
      sum_changes(before.size(), gradient.data<float>(), before.data<float>(), after.data<float>(),
                  initial.data<float>(), &found[i * SUMS]);
    }
    std::memcpy(TF_TensorData(sums), found.data(), found.size() * sizeof(double));
  } else {
    TF_OpKernelContext_Failure(context, status);
  }
  if (sums) TF_DeleteTensor(sums);
  TF_DeleteStatus(status);
}

using Compute = void (*)(void*, TF_OpKernelContext*);

using Texts = std::initializer_list<const char*>;

void add_kernel(const char* name, Texts attrs, Texts inputs, Texts outputs, Compute compute, TF_Status* status) {
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(name);
  for (const char* attr : attrs) TF_OpDefinitionBuilderAddAttr(op, attr);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(op, input);
  for (const char* output : outputs) TF_OpDefinitionBuilderAddOutput(op, output);
  TF_RegisterOpDefinition(op, status);
  if (TF_GetCode(status) != 0) return;
  TF_KernelBuilder* kernel = TF_NewKernelBuilder(name, "CPU", nullptr, compute, nullptr);
  TF_RegisterKernelBuilder(name, kernel, status);
}

/** Registers all kernels, once in a process. Returns what went wrong. */
const char* add_kernels() {
  static std::once_flag once;
  static const char* failure = nullptr;
  std::call_once(once, [] {
    TF_Status* status = TF_NewStatus();
    add_kernel("GradstreamNoise", {}, {"x: float", "mu: float", "sigma: float", "radii: float", "key: int32"},
               {"y: float", "scale: float"}, compute_noise, status);
    if (TF_GetCode(status) == 0)
      add_kernel("GradstreamChangeSums", {"N: int >= 1"},
                 {"gradients: N * float", "before: N * float", "after: N * float", "initial: N * float"},
                 {"sums: int32"}, compute_change_sums, status);
    if (TF_GetCode(status) != 0) failure = strdup(TF_Message(status));
    TF_DeleteStatus(status);
  });
  return failure;
}

}  // namespace

NAPI_MODULE_INIT() {
  const char* failure = add_kernels();
  if (failure) napi_throw_error(env, nullptr, failure);
  return exports;
}
