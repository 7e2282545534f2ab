/* SPDX-License-Identifier: ISC
 * Made by make_corpus.c, together with the corpora. */
#ifndef TESTS_FUZZ_FIXED_H
#define TESTS_FUZZ_FIXED_H

/* clang-format off */
static const char fixed_genesis[] __attribute__((unused)) =
	"sha256:c0b62c8b70861b8d108398bab24e0811293e3a9acaa199a87ae0b50973e3714a";
static const char fixed_issuer[] __attribute__((unused)) =
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"TEAE5qLkbrcVuBBVFiDN7ghHU71RDXJrk-dmL7CjgzI\"}";
static const char fixed_charter[] __attribute__((unused)) =
	"{\"kind\":\"gmc-charter\",\"format\":1,\"group\":\"demo\",\"version\":1,\"effective\":1800000000,\"purpose\":\"To try"
	" charters.\",\"authority\":{\"notaries\":[{\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"lm4Ac-qZH8MHcxfYqiI9q8"
	"9EJ6mAU0XPGRTH5hVxPm8\"},\"from\":0,\"until\":2000000000}],\"issuing\":[{\"spki\":\"sha256:bafd6f90f592a4faa5d"
	"bc58254e49a37b1f681e1af7fac946dc818c193b4435e\",\"alg\":\"Ed25519\",\"from\":0,\"until\":2000000000}],\"revoca"
	"tion\":[{\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"ZQJxUxz3qJclHEdL1vufi4xTSLPVtaW3gD0CmcfnjgA\"},\"from\""
	":0,\"until\":2000000000}],\"addresses\":[],\"operators\":[{\"name\":\"Olga\",\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519"
	"\",\"x\":\"Fa7Uz8ckfMKQT1fQI1lygnytyANKLDSE7VOZnwn1TAA\"}}]},\"administrators\":{\"threshold\":2,\"keys\":[{\"na"
	"me\":\"Ada\",\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"O9l4UNdpIvSo7W-LUIjgP4lkA_8xN9Echl5HxrMKt18\"}},{\"n"
	"ame\":\"Ben\",\"key\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"bU6OnAT23g6Aq98Wq3DbaG3leaToEnlstKfe22TkRpQ\",\"y\":\"hD"
	"kiJDqRSzGiNCMXrNhAhXh8pGaSLn3mcHLFV744P78\"}}]},\"founders\":[{\"name\":\"Fay\",\"csr\":\"MH8wMwIBADAAMCowBQYD"
	"K2VwAyEARGmakX83NNPP14_bRDhLbygNywruezNM9CDwaDGRELugADAFBgMrZXADQQDP5ntNBLw_sBZtkE4Cw7vcdO6gLAMelryq"
	"r7hrzsRAkRl4eXrBMKV_RA8JSdCqoZYzFYvrklDzYdgISobuV-EG\",\"member\":\"23ea75d2686aa3b6890380dc4ba4fd29\"},{"
	"\"name\":\"Gus\",\"csr\":\"MH8wMwIBADAAMCowBQYDK2VwAyEAmGI3sm8V4-eNcDezMFyzWF8wzDCaDJ7oE9-3zsGBJjagADAFBgMr"
	"ZXADQQDYXMIFg0ula4vyA4z8R8eZUikeyUAmXsVlDuPELX4asJ2od4lS2T4lpDDoplYIzB5M02hTkjHsYfcFkmCrqnQC\",\"membe"
	"r\":\"7139ab95be337abcd1b8d0c1e8cf5425\"},{\"name\":\"Hal\",\"csr\":\"MIG6MGICAQAwADBZMBMGByqGSM49AgEGCCqGSM49"
	"AwEHA0IABFZMzfGkptcbDTq36U8KEsz83oPysZ8zOyqX1ANNVKURWCznwGK7RhHekKfj36yBTaKU-zqTJiCUtMY7rvUIf5OgADAK"
	"BggqhkjOPQQDAgNIADBFAiEAwdiGo9IguMPPYD8ZUq6hq0M0AaYhC_MbH_VmIMXPMhwCIHQcNsqSPvleGnrNvvmDXoZlozSqRv2v"
	"jORrVS_KkXEd\",\"member\":\"1efdebd62cb2b02c680ba8af1768f692\"}],\"admission\":{\"votes\":{\"count\":2}},\"expul"
	"sion\":{\"votes\":{\"fraction\":\"2/3\"}},\"voting\":{\"scheme\":\"plain\",\"term\":604800,\"change\":false,\"show\":\"v"
	"otes\"},\"membership\":{\"life\":604800,\"keys\":[\"Ed25519\",\"P-256\"],\"names\":\"none\",\"overlay\":\"overlay.exam"
	"ple\"},\"freshness\":{\"update\":3600,\"grace\":86400,\"unknown\":\"refuse\"},\"records\":{\"visible\":\"everyone\"},"
	"\"tests\":[]}";
static const char fixed_proposal[] __attribute__((unused)) =
	"{\"kind\":\"gmc-proposal\",\"format\":1,\"genesis\":\"sha256:c0b62c8b70861b8d108398bab24e0811293e3a9acaa199a8"
	"7ae0b50973e3714a\",\"charter\":\"sha256:c0b62c8b70861b8d108398bab24e0811293e3a9acaa199a87ae0b50973e3714a"
	"\",\"number\":1,\"question\":\"admit\",\"subject\":\"sha256:5b02ba6843527b6a2854609939bf4ec8b26872add59891156b"
	"38f6413f637dd0\",\"key\":\"kRk6qLboR5I_aP-hUoXb1ua6GmvDng5P0gAKPXSLGu8\",\"member\":\"d7f88036e9df2b66fc5747"
	"4ad73605ad\",\"node\":{\"id\":\"da1a3d677a28b23d42431ca1143de998\",\"seed\":\"UFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQ"
	"UFBQUFBQUFA\",\"number\":0},\"electorate\":{\"size\":9,\"root\":\"sha256:0c79e2e1620a5dec3dec1da1cb8b0c7cd38d4"
	"6da4019192e91dd440e5d964aa0\",\"n\":3},\"opened\":1800000062,\"term\":604800}";
static const char *const fixed_thumbs[] __attribute__((unused)) = {
	"3DrTxG1Dfn5JSftuFNBBzsxnGZEsOIrmjLqCVvOOHX0",
	"eYZLb04n8mflryiFaXYAY0Pta3NZITCBIIKhIHJGdvw",
	"rYkhDDwnJb3P6ltoKRyunQXczSMZ1Dc0Aa6mIZHqEXk",
};
/* clang-format on */

#endif
