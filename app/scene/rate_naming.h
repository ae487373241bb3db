// What the letter p stands for: texts and frameworks disagree, so a switch rewrites every label and formula. Only words
// change; specs, scripts, files and the engine always have the rate = P(dropped).
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace dropscope {

enum class RateNaming : std::uint8_t { Drop, Keep };

// The number that p stands for where `rate` is P(dropped): the rate, or P(kept) = 1 - rate without the crumbs of
// rounding. Its own inverse: of a p that was typed it gives the rate.
double letter_value(RateNaming naming, double rate);
// As few digits as tell rates apart; a rate on its way along a schedule has three decimals.
std::string rate_digits(double rate);
// "p", or "p(keep)" where nothing beside it says which.
const char* rate_letter(RateNaming naming);
// "p = 0.2", or "p = 0.8" of the same rate.
std::string rate_letter_words(RateNaming naming, double rate);
// Behind the name of a variant: " 0.2", or ", p(keep) = 0.8" of the same rate; several are parted by slashes.
std::string rate_name_words(RateNaming naming, std::span<const double> rates);
// "p from 0.03 to 0.50" of the least and the largest rate, in rising order of p; as above where both are one.
std::string rate_range_words(RateNaming naming, double least, double most);
// A formula or a sentence in which p is P(dropped), said with the p of this naming: "m x / (1 - p)" becomes "m x / p",
// "N(1, p / (1 - p))" becomes "N(1, (1 - p) / p)", "logit p" becomes "logit(1 - p)". Any minus sign will do.
std::string formula_in(RateNaming naming, std::string_view text);
// "chance of being dropped", "chance of being kept".
const char* chance_words(RateNaming naming);

}  // namespace dropscope
