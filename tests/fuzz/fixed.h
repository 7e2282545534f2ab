/* SPDX-License-Identifier: ISC
 * Made by make_corpus.c, together with the corpora. */
#ifndef TESTS_FUZZ_FIXED_H
#define TESTS_FUZZ_FIXED_H

/* clang-format off */
static const char fixed_genesis[] __attribute__((unused)) =
	"sha256:44b45193caebbd90b77d25cd12155e3a546a793a59ddab8c28fb03ba434e2565";
static const char fixed_issuer[] __attribute__((unused)) =
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"0Uw0yUbEmsLhvDa8ro4aiPPA5NnZ3ZCl7t4WuNnLvR0\"}";
static const char fixed_charter[] __attribute__((unused)) =
	"{\"kind\":\"gmc-charter\",\"format\":1,\"group\":\"demo\",\"version\":1,\"effective\":1800000000,\"purpose\":\"To try"
	" charters.\",\"authority\":{\"notaries\":[{\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"KS4DC3qxjnd8yOqTYDsIB8"
	"TNSgSXODgrfRpTL7UwqoQ\"},\"from\":0,\"until\":2000000000}],\"issuing\":[{\"spki\":\"sha256:64924310053a40519a5"
	"3db5478af179fac47b271a118387ed2313f7b83700f14\",\"alg\":\"Ed25519\",\"from\":0,\"until\":2000000000}],\"revoca"
	"tion\":[{\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"As4_Jvl6cbONX1KJPbeAwkMaRbzQ_9XZMqYlUG2KIHs\"},\"from\""
	":0,\"until\":2000000000}],\"addresses\":[],\"operators\":[{\"name\":\"Olga\",\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519"
	"\",\"x\":\"CKwesEEi-eGnMHk9U0ja_5JUIIvUcwB0n43nozSwJ3A\"}}]},\"administrators\":{\"threshold\":2,\"keys\":[{\"na"
	"me\":\"Ada\",\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"2rFjBnO4nvCHexZtzRVHvGJ64jR8WgtHmk1jFHHrSpo\"}},{\"n"
	"ame\":\"Ben\",\"key\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"UqTtESs-cfpvMc8yaMd0MQBsxi7W3L6zGnA40xB0oQ8\",\"y\":\"R7"
	"_Z0Ll9tNcFlacaIvw1vhANcQpYCBoSmZPZ2gb0dNM\"}}]},\"founders\":[{\"name\":\"Fay\",\"csr\":\"MH8wMwIBADAAMCowBQYD"
	"K2VwAyEAW3Y0ZhTIs0aN2xSQIeL-x3u4xV7Gt4xeKrLvJqrMsZSgADAFBgMrZXADQQBguLE5LjmUj21ZGshZvlp8RIGiRtQEmIZf"
	"DuORhLXVjP0lL3uWnLWnxQo3Zt3_iT2ynpeIuMiYscrMAnCvlj4C\",\"member\":\"835b4d48a9d6b295e03225e92ef90dc3\"},{"
	"\"name\":\"Gus\",\"csr\":\"MH8wMwIBADAAMCowBQYDK2VwAyEAJdYV4B-kgWVhceevxjEnQPtO6Imq5ckyHJoW6uUPbCOgADAFBgMr"
	"ZXADQQBWVY9gX96KgAs8FmNmeh9ZcZ6rDs2NP0TePAYXVEPSGLNqLq-rncdf6LKfvreFPOtYDBn8GrhCfltiKGgE3bEO\",\"membe"
	"r\":\"3d21ef018d25ba0e180939956c3f0bbd\"},{\"name\":\"Hal\",\"csr\":\"MIG5MGICAQAwADBZMBMGByqGSM49AgEGCCqGSM49"
	"AwEHA0IABN81Euzn1rZAISRmlWAUzYWyHGdruIKUQm3OYRRD4mFoasIDzC4C9GUrF1VyT4aH9_ToM8OTwU4Se4fZvpsj2SCgADAK"
	"BggqhkjOPQQDAgNHADBEAiBdSwDYcI_vEMlUrXBYY35dDfy2cW9RL31RwGprR9SAWgIgNCONh6xa1jsketXspO56cTtg_q9oHVb0"
	"-Tis7w_id4U\",\"member\":\"ed31e263a20c36bcfdb89d48638aa504\"}],\"admission\":{\"votes\":{\"count\":2}},\"expuls"
	"ion\":{\"votes\":{\"fraction\":\"2/3\"}},\"voting\":{\"scheme\":\"plain\",\"term\":604800,\"change\":false,\"show\":\"vo"
	"tes\"},\"membership\":{\"life\":604800,\"keys\":[\"Ed25519\",\"P-256\"],\"names\":\"none\",\"overlay\":\"overlay.examp"
	"le\"},\"freshness\":{\"update\":3600,\"grace\":86400,\"unknown\":\"refuse\"},\"records\":{\"visible\":\"everyone\"},\""
	"tests\":[]}";
static const char fixed_proposal[] __attribute__((unused)) =
	"{\"kind\":\"gmc-proposal\",\"format\":1,\"genesis\":\"sha256:44b45193caebbd90b77d25cd12155e3a546a793a59ddab8c"
	"28fb03ba434e2565\",\"charter\":\"sha256:44b45193caebbd90b77d25cd12155e3a546a793a59ddab8c28fb03ba434e2565"
	"\",\"number\":1,\"question\":\"admit\",\"subject\":\"sha256:81eddb762ab665c4e0e4bdb11a51ae8db24b61caead72d1056"
	"e81a785acede23\",\"key\":\"pZkuQSxS6T6pf1DBO8sR_z0zyM40MMvmtNP0vdjN54o\",\"member\":\"d998baabbcd494cad2a6f7"
	"37fa236499\",\"node\":{\"id\":\"fa2daa8f0ba150b9b6c48064e24b6287\",\"seed\":\"UFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQ"
	"UFBQUFBQUFA\",\"number\":0},\"electorate\":{\"size\":9,\"root\":\"sha256:506ab93ce0a85aa1fa7ad2d4e1d7eb9905c0a"
	"3436187c9bb44a38f86f0d2e531\",\"n\":3},\"opened\":1800000062,\"term\":604800}";
static const char *const fixed_thumbs[] __attribute__((unused)) = {
	"x8tdrMNAOuAt3yA3cELANpR441m_9nH1ibmMsmZrJ6c",
	"dGMjf0MTMJ2tfHaOonnVcdUge5KwZpRqmdbSRUe4OWc",
	"jrRK_32wVhyXn3HZ-rcx7BzSHT2oivvMYl2o0PZVj70",
};
/* clang-format on */

#endif
