// RNN, LSTM and GRU against libtorch, against their equations with every site noisy, and against finite differences.
#include "core/nn/recurrent.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "core/base/check.h"
#include "core/nn/network.h"
#include "core/train/gradient_check.h"
#include "tests/core/nn/recurrent_cell.h"

namespace dropscope {
namespace {

using recurrent::CellUnderTest;

constexpr LayerKind kCells[] = {LayerKind::Rnn, LayerKind::Lstm, LayerKind::Gru};

// ---- Values and gradients of torch.nn.RNN, LSTM and GRU (libtorch 1.13.1, double), 2 sequences of 5 steps, 3 inputs,
// 4 units. Number k of a filling is amplitude * sin(1.3 k + phase); the loss is the sum of outputs times sin(1.3 k +
// 0.6); each gradient g is told by the sum of g_k cos(0.9 k). torch's second bias is 0 but for the GRU's candidate.
struct Golden {
  LayerKind kind;
  double last[8];
  double loss, dw, du, db, dbu, dx;
};
constexpr Golden kTorch[] = {{LayerKind::Rnn,
                              {-0.3307393361090033, 0.4827256444863965, -0.7498373918409015, -0.6503103269735931,
                               -0.02532016440453315, 0.7009193348496796, -0.8991646880755947, -0.1174408895192695},
                              -1.346586743591737,
                              -0.4200882586550553,
                              0.9470016321410389,
                              -1.813541848847909,
                              0,
                              -0.9332942654291811},
                             {LayerKind::Lstm,
                              {-0.04126472316404167, 0.06594387241589783, 0.08160362146037901, 0.2255186467163682,
                               -0.02059037310725838, 0.07962280811392586, 0.1430600941459058, 0.2089451265042986},
                              0.9701848288695891,
                              -0.03328810821053415,
                              -0.02374566369693144,
                              0.007518350820951827,
                              0,
                              0.69212253221916},
                             {LayerKind::Gru,
                              {-0.04324231065820305, 0.4127038628479472, 0.1838228089551934, 0.3333386486019561,
                               -0.09101982494778127, 0.4339031560595448, 0.210153309792809, 0.511922862774929},
                              1.346189700184979,
                              0.2499762738214886,
                              -0.2991293963598982,
                              -1.127125408392386,
                              -0.6785987076322418,
                              2.076622089467156}};

double wave(int k, double phase, double amplitude) { return amplitude * std::sin(1.3 * k + phase); }

TEST(Recurrent, AgreesWithTorch) {
  for (const Golden& golden : kTorch) {
    CellUnderTest<double> c(golden.kind, 2, 5, 3, 4);
    c.fill("weight", [](int k) { return wave(k, 0.1, 0.7); });
    c.fill("recurrent_weight", [](int k) { return wave(k, 0.2, 0.6); });
    c.fill("bias", [](int k) { return wave(k, 0.3, 0.5); });
    if (golden.kind == LayerKind::Gru) c.fill("recurrent_bias", [](int k) { return wave(k, 0.4, 0.4); });
    for (std::size_t k = 0; k < c.x.size(); ++k) c.x[k] = wave(int(k), 0.5, 0.9);
    const Tensor<double>& y = c.run();
    Tensor<double> dy(y.shape);
    double loss = 0;
    for (std::size_t k = 0; k < y.size(); ++k) {
      dy[k] = wave(int(k), 0.6, 1);
      loss += y[k] * dy[k];
    }
    c.back(dy);
    // Sums of about a hundred terms of size 1: rounding stays below 1e-13.
    for (int b = 0; b < 2; ++b)
      for (int u = 0; u < 4; ++u) EXPECT_NEAR(c.h(b, 4, u), golden.last[4 * b + u], 1e-13);
    EXPECT_NEAR(loss, golden.loss, 1e-13);
    const auto told = [&c](const std::string& name) {
      const ParamBlock& b = c.block(name);
      const int n = std::max(1, b.inputs);
      double sum = 0;
      for (int k = 0; k < b.outputs * n; ++k) sum += c.gradients[c.place(name, k / n, k % n)] * std::cos(0.9 * k);
      return sum;
    };
    EXPECT_NEAR(told("weight"), golden.dw, 1e-12);
    EXPECT_NEAR(told("recurrent_weight"), golden.du, 1e-12);
    EXPECT_NEAR(told("bias"), golden.db, 1e-12);
    if (golden.kind == LayerKind::Gru) {
      EXPECT_NEAR(told("recurrent_bias"), golden.dbu, 1e-12);
    }
    double dx = 0;
    for (std::size_t k = 0; k < c.dx.size(); ++k) dx += c.dx[k] * std::cos(0.9 * double(k));
    EXPECT_NEAR(dx, golden.dx, 1e-12);
  }
}

// ---- The equations of core/nn/recurrent.h once more, element by element, with noise at every site.

double at_noise(const Noise<double>& n, const Shape& site, std::size_t i, double x, double held) {
  if (!n.active) return x;
  const std::size_t g = broadcast_index(site, n.gate.shape, i);
  const double value = n.gate[g] == 0 ? 0 : n.scale * n.gate[g] * x;
  return value + (n.carry.empty() ? 0 : n.carry[g] * held);
}

double sigmoid(double v) { return 1 / (1 + std::exp(-v)); }

// h of one example, all steps: [steps][units].
std::vector<double> by_the_equations(CellUnderTest<double>& c, LayerKind kind, int example) {
  const int steps = c.x.shape[1].extent, inputs = c.x.shape[2].extent, units = c.layer->output_shape(1)[2].extent;
  const int gates = c.block("bias").outputs / units, batch = c.x.shape[0].extent;
  const auto noise = [&](const char* name, int t, int u, double x, double held) {
    const Shape site = c.layer->site_shape(c.slot(name), batch);
    const std::size_t i =
        (std::size_t(example) * std::size_t(steps) + std::size_t(t)) * std::size_t(site[2].extent) + std::size_t(u);
    return at_noise(c.noise(name), site, i, x, held);
  };
  std::vector<double> h(std::size_t(units), 0.0), cell(std::size_t(units), 0.0), all;
  for (int t = 0; t < steps; ++t) {
    std::vector<double> w(std::size_t(gates * units)), r(std::size_t(gates * units));
    for (int o = 0; o < gates * units; ++o) {
      w[std::size_t(o)] = c.weight("bias", o);
      for (int i = 0; i < inputs; ++i)
        w[std::size_t(o)] +=
            c.weight("weight", o, i) * noise("input", t, i, c.x[std::size_t((example * steps + t) * inputs + i)], 0);
      for (int j = 0; j < units; ++j) {
        const Shape site = c.layer->site_shape(c.slot("recurrent_weight"), batch);
        const std::size_t at =
            (std::size_t(example) * std::size_t(gates * units) + std::size_t(o)) * std::size_t(units) + std::size_t(j);
        r[std::size_t(o)] += at_noise(c.noise("recurrent_weight"), site, at, c.weight("recurrent_weight", o, j), 0) *
                             noise("recurrent", t, j, h[std::size_t(j)], 0);
      }
    }
    const std::vector<double> before = h;
    for (int u = 0; u < units; ++u) {
      const auto sum = [&](int gate) { return w[std::size_t(gate * units + u)] + r[std::size_t(gate * units + u)]; };
      double fresh = 0;
      if (kind == LayerKind::Rnn) {
        fresh = noise("update", t, u, std::tanh(sum(0)), 0);
      } else if (kind == LayerKind::Lstm) {
        const double old = cell[std::size_t(u)];
        const double made = sigmoid(sum(1)) * old + sigmoid(sum(0)) * noise("update", t, u, std::tanh(sum(2)), 0);
        cell[std::size_t(u)] = noise("cell", t, u, made, old);
        fresh = sigmoid(sum(3)) * std::tanh(c.noise("cell").carry.empty() ? cell[std::size_t(u)] : made);
      } else {
        const double z = sigmoid(sum(1));
        const double n = std::tanh(w[std::size_t(2 * units + u)] +
                                   sigmoid(sum(0)) * (r[std::size_t(2 * units + u)] + c.weight("recurrent_bias", u)));
        fresh = (1 - z) * noise("update", t, u, n, 0) + z * before[std::size_t(u)];
      }
      h[std::size_t(u)] = noise("state", t, u, fresh, before[std::size_t(u)]);
      all.push_back(noise("", t, u, h[std::size_t(u)], 0));
    }
  }
  return all;
}

TEST(Recurrent, IsItsEquationsWithNoiseAtEverySite) {
  for (LayerKind kind : kCells)
    for (const char* on_cell : {"zoneout", "locked"})
      for (const bool per_example : {false, true}) {
        CellUnderTest<double> c(kind, 3, 6, 3, 5);
        c.fill_all(17);
        c.draw("input", "locked", 0.3);
        c.draw("recurrent_weight", "weight_drop", 0.3);
        if (per_example) {
          // Weights of its own for each example: as scope=example asks for it.
          const int s = c.slot("recurrent_weight");
          NoisePlan plan = CellUnderTest<double>::plan("dropconnect", 0.3, {});
          plan.tie = {};
          const Uniforms draws({5, 9}, Stream::Dropout);
          draw_site<double>(plan, c.layer->site_shape(s, 3), {&draws, 1}, nullptr, c.tape.sites[std::size_t(s)]);
          ASSERT_EQ(c.noise("recurrent_weight").gate.shape.extent(Axis::Sample), 3);
        }
        c.draw("recurrent", "inverted", 0.3);
        c.draw("update", "recurrent_update", 0.3);
        c.draw("state", "zoneout", 0.3);
        c.draw("", "inverted", 0.3);
        if (kind == LayerKind::Lstm) c.draw("cell", on_cell, 0.3);
        c.run();
        for (int b = 0; b < 3; ++b) {
          const std::vector<double> expected = by_the_equations(c, kind, b);
          for (int t = 0; t < 6; ++t)
            for (int u = 0; u < 5; ++u)
              // Sums of at most 8 terms, 6 steps, slopes below 5: 1e-15 * 8 * 6 * 5 stays below 1e-12.
              ASSERT_NEAR(c.h(b, t, u), expected[std::size_t(t * 5 + u)], 1e-12) << name_of(kind) << " step " << t;
        }
      }
}

// ---- Gradients through time

DataForm steps_form(bool each_step) {
  DataForm form{.inputs = 12, .outputs = 2, .image = {}, .sequence = SequenceShape{.steps = 4, .features = 3}};
  form.sequence->label_each_step = each_step;
  return form;
}

ArchSpec layers(const std::string& text) {
  ArchSpec spec;
  spec.hidden = parse_layers(text, {}, "test");
  spec.init = Init::Xavier;
  return spec;
}

TEST(Recurrent, GradientsThroughTimeAreThoseOfFiniteDifferences) {
  for (const char* text :
       {"rnn5", "lstm5", "gru5", "rnn3,rnn4", "lstm17", "lstm3,lstm4", "gru3,gru4", "lstm4,5", "rnn1,gru1"})
    for (bool each_step : {false, true})
      for (Readout readout : {Readout::Last, Readout::Mean}) {
        GradientCase c;
        c.network = layers(text);
        c.network.readout = readout;
        c.form = steps_form(each_step);
        c.batch = 3;
        const GradientResult r = check_gradients(c);
        EXPECT_LT(r.worst, 1e-6) << text << " at " << r.where;
      }
}

TEST(Recurrent, EveryActivationOfThePlainCellHasItsGradient) {
  for (std::size_t f = 0; f < enum_names<Activation>().size(); ++f) {
    GradientCase c;
    c.network = layers("rnn4");
    c.network.hidden[0].activation = Activation(f);
    c.form = steps_form(false);
    c.batch = 2;
    const GradientResult r = check_gradients(c);
    EXPECT_LT(r.worst, 1e-6) << enum_names<Activation>()[f] << " at " << r.where;
  }
}

// Every variant at every site where it may act, alone.
TEST(Recurrent, GradientsHoldWithFrozenMasksAtEverySite) {
  int cases = 0;
  for (const char* text : {"rnn3", "lstm3", "gru3"}) {
    const std::vector<SiteName> sites = site_names(layers(text));
    for (std::size_t s = 0; s < sites.size(); ++s)
      for (const Variant* variant : all_variants()) {
        if (!variant->sites.has(sites[s].kind) || variant->rate_is == RateIs::Ignored) continue;
        // Sites of the recurrent layer itself.
        if (sites[s].name.find(std::string(text).substr(0, 3)) != 0) continue;
        for (bool own_masks : {false, true})
          for (double rate : {0.0, 0.1, 0.3, 0.8, 1.0}) {
            if (rate > variant->max_rate) continue;
            GradientCase c;
            c.network = layers(text);
            c.form = steps_form(false);
            c.batch = 3;
            c.plans.resize(sites.size());
            NoisePlan& plan = c.plans[s];
            plan.variant = variant;
            plan.rate = rate;
            plan.tie = own_masks ? variant->tie.without(Axis::Sample) : variant->tie | AxisSet{Axis::Sample};
            for (const ParamSpec& p : variant->params) plan.params.push_back(p.initial);
            const GradientResult r = check_gradients(c);
            EXPECT_LT(r.worst, 1e-6) << variant->id << " at " << sites[s].name << ", rate " << rate << ", at "
                                     << r.where;
            ++cases;
          }
      }
  }
  // Three cells with six sites and one with a seventh, each with a variant at least, both scopes, four rates or five.
  EXPECT_GE(cases, 19 * 2 * 4);
}

TEST(Recurrent, GradientsHoldWithNoiseAtAllSitesAtOnce) {
  for (const char* text : {"rnn3,rnn3", "lstm3,lstm3", "gru3,gru3"})
    for (double rate : {0.1, 0.3, 0.8}) {
      GradientCase c;
      c.network = layers(text);
      c.form = steps_form(true);
      c.batch = 3;
      for (const SiteName& site : site_names(c.network)) {
        const char* id = "none";
        switch (site.kind) {
          case SiteKind::Sequence:
            id = "locked";
            break;
          case SiteKind::RecurrentWeight:
            id = "weight_drop";
            break;
          case SiteKind::RecurrentState:
            id = "locked";
            break;
          case SiteKind::CellUpdate:
            id = "recurrent_update";
            break;
          case SiteKind::CellState:
            id = "zoneout";
            break;
          case SiteKind::StateUpdate:
            id = "zoneout";
            break;
          case SiteKind::Input:
            id = "inverted";
            break;
          default:
            break;
        }
        c.plans.push_back(CellUnderTest<double>::plan(id, rate, {}));
      }
      const GradientResult r = check_gradients(c);
      EXPECT_LT(r.worst, 1e-6) << text << ", rate " << rate << ", at " << r.where;
    }
}

// ---- Bits

template <class T>
void expect_same_bits(const T* a, const T* b, std::size_t n, const char* what) {
  EXPECT_EQ(std::memcmp(a, b, n * sizeof(T)), 0) << what;
}

template <class T>
void check_alone_and_in_a_batch(LayerKind kind) {
  constexpr int kBatch = 7, kSteps = 5, kInputs = 3, kUnits = 21;
  CellUnderTest<T> all(kind, kBatch, kSteps, kInputs, kUnits);
  all.fill_all(23);
  const std::vector<LayerSite> sites = all.layer->sites();
  for (const char* name : {"input", "recurrent", ""}) all.draw(name, "locked", 0.3);
  all.draw("recurrent_weight", "weight_drop", 0.3);
  all.draw("update", "recurrent_update", 0.3);
  all.draw("state", "zoneout", 0.3);
  if (kind == LayerKind::Lstm) all.draw("cell", "zoneout", 0.3);
  const Tensor<T> together = all.run();
  for (int b = 0; b < kBatch; ++b) {
    CellUnderTest<T> one(kind, 1, kSteps, kInputs, kUnits);
    one.params = all.params;
    const std::size_t row = std::size_t(kSteps * kInputs);
    std::copy_n(all.x.data() + std::size_t(b) * row, row, one.x.data());
    for (std::size_t s = 0; s < sites.size(); ++s) {
      Noise<T>& noise = one.tape.sites[s].noise;
      noise = all.tape.sites[s].noise;
      if (noise.gate.shape.extent(Axis::Sample) == 1) continue;
      for (Tensor<T>* t : {&noise.gate, &noise.carry}) {
        if (t->empty()) continue;
        const std::size_t part = t->size() / kBatch;
        std::copy_n(t->data() + std::size_t(b) * part, part, t->data());
        Shape shape;
        for (const Dim& d : noise.gate.shape) shape.push({d.axis, d.axis == Axis::Sample ? 1 : d.extent});
        t->v.resize(part);
        if (t == &noise.carry) t->shape = shape;
      }
      Shape shape;
      for (const Dim& d : noise.gate.shape) shape.push({d.axis, d.axis == Axis::Sample ? 1 : d.extent});
      noise.gate.shape = shape;
    }
    const Tensor<T>& alone = one.run();
    const T* row_of_all = together.data() + b * kSteps * kUnits;
    if constexpr (std::is_same_v<T, float>)
      expect_same_bits(alone.data(), row_of_all, alone.size(), name_of(kind));
    else  // products of doubles are Eigen's, which sums a batch in another order
      for (std::size_t k = 0; k < alone.size(); ++k) ASSERT_NEAR(alone[k], row_of_all[k], 1e-13) << name_of(kind);
  }
}

TEST(Recurrent, AnExampleAloneHasTheBitsItHasInABatch) {
  for (LayerKind kind : kCells) {
    check_alone_and_in_a_batch<float>(kind);
    check_alone_and_in_a_batch<double>(kind);
  }
}

TEST(Recurrent, RateZeroIsThePlainLayerBitForBit) {
  for (LayerKind kind : kCells) {
    CellUnderTest<float> plain(kind, 4, 6, 3, 9), noisy(kind, 4, 6, 3, 9);
    plain.fill_all(3);
    noisy.fill_all(3);
    for (const LayerSite& site : noisy.layer->sites())
      for (const Variant* v : all_variants())
        if (v->sites.has(site.kind) && v->rate_is == RateIs::Exact)
          noisy.draw(site.name == "cell" ? "" : site.name.substr(5), v->id, 0);
    plain.run();
    noisy.run();
    expect_same_bits(plain.tape.out().data(), noisy.tape.out().data(), plain.tape.out().size(), "forward");
    const Tensor<float> dy = plain.tape.out();
    plain.back(dy);
    noisy.back(dy);
    expect_same_bits(plain.gradients.data(), noisy.gradients.data(), plain.gradients.size(), "gradients");
    expect_same_bits(plain.dx.data(), noisy.dx.data(), plain.dx.size(), "dx");
  }
}

// A second pass of the tape, larger or smaller, must not see what the first left behind.
TEST(Recurrent, ATapeThatWasUsedBeforeGivesTheSameBits) {
  for (LayerKind kind : kCells) {
    const Network<float> network(
        [&] {
          ArchSpec spec = layers("lstm9");
          spec.hidden[0].kind = kind;
          return spec;
        }(),
        steps_form(false));
    AlignedVector<float> params(network.param_count()), used(network.param_count()), fresh(network.param_count());
    network.init(5, params);
    Tape<float> tape = network.make_tape();
    const auto pass = [&](Tape<float>& t, int batch, AlignedVector<float>& gradients) {
      Tensor<float>& x = network.begin(t, batch);
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(i % 11) / 5 - 1;
      network.forward(params, t, nullptr);
      t.layers.back().dy = t.logits();
      network.backward(params, t, gradients, nullptr);
    };
    pass(tape, 9, used);
    pass(tape, 2, used);
    pass(tape, 5, used);
    Tape<float> other = network.make_tape();
    pass(other, 5, fresh);
    EXPECT_EQ(used, fresh) << name_of(kind);
  }
}

// ---- First weights, and what does not fit

TEST(Recurrent, TheForgetGateStartsOpen) {
  for (Init init : {Init::He, Init::Xavier, Init::LeCun, Init::Uniform}) {
    CellUnderTest<double> c(LayerKind::Lstm, 1, 2, 3, 64);
    c.layer->init(init, 7, c.params.data());
    const double bound = init == Init::Uniform ? 1 / std::sqrt(64.0) : 0;
    double moved = 0;
    for (int gate = 0; gate < 4; ++gate)
      for (int u = 0; u < 64; ++u) {
        const double off = c.weight("bias", gate * 64 + u) - (gate == 1 ? 1 : 0);
        EXPECT_LE(std::abs(off), bound);
        moved += std::abs(off);
      }
    EXPECT_EQ(moved > 0, init == Init::Uniform);
  }
}

TEST(Recurrent, RecurrentWeightsStartWithTheVarianceOfTheirFan) {
  const double expected[] = {1.0 / 64, 1.0 / 64, 1.0 / 64, 1.0 / (3 * 64)};
  for (LayerKind kind : kCells)
    for (Init init : {Init::He, Init::Xavier, Init::LeCun, Init::Uniform}) {
      CellUnderTest<double> c(kind, 1, 2, 3, 64);
      c.layer->init(init, 7, c.params.data());
      double squares = 0;
      const int outputs = c.block("recurrent_weight").outputs;
      for (int o = 0; o < outputs; ++o)
        for (int i = 0; i < 64; ++i) squares += std::pow(c.weight("recurrent_weight", o, i), 2);
      const double n = outputs * 64.0, variance = squares / n, e = expected[int(init)];
      // The variance of squares of a normal is 2 e^2; that of a uniform is smaller.
      EXPECT_NEAR(variance, e, 5 * e * std::sqrt(2 / n)) << name_of(kind) << " " << name_of(init);
    }
}

TEST(Recurrent, DataWithoutStepsAndBareTokensAreRefused) {
  const auto message = [](const char* text, const DataForm& form) -> std::string {
    try {
      Network<float> network(layers(text), form);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(message("lstm4", flat_form(3, 2)).find("network.lstm1"), std::string::npos);
  DataForm words = steps_form(false);
  words.inputs = 4;
  words.sequence = SequenceShape{.steps = 4, .features = 1, .tokens = true, .vocabulary = 5};
  EXPECT_NE(message("gru4", words).find("embedding"), std::string::npos);
  EXPECT_EQ(message("embedding3,gru4", words), "");
}

TEST(Recurrent, NotANumberReachesTheOutput) {
  for (LayerKind kind : kCells) {
    CellUnderTest<float> c(kind, 2, 3, 2, 4);
    c.fill_all(3);
    c.x[2] = std::numeric_limits<float>::quiet_NaN();  // the first example's second step
    c.run();
    for (int u = 0; u < 4; ++u) {
      EXPECT_FALSE(std::isnan(c.h(0, 0, u)));
      EXPECT_TRUE(std::isnan(c.h(0, 1, u)) && std::isnan(c.h(0, 2, u))) << name_of(kind);
      EXPECT_FALSE(std::isnan(c.h(1, 2, u)));
    }
  }
}

}  // namespace
}  // namespace dropscope
