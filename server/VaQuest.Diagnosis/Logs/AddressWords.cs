// AddressWords: words of a log that say what the number behind them counts.
using VaQuest.Diagnosis.WhatIs;

namespace VaQuest.Diagnosis.Logs;

/// <summary>"pfn:0x1234" as dump_page() prints it, "phys 0x…", "physical address: 0x…".</summary>
internal static class AddressWords
{
    /// <summary>What a number counts by the text in front of it; a virtual address when that says nothing.</summary>
    public static AddressMeaning MeaningBefore(ReadOnlySpan<char> before)
    {
        ReadOnlySpan<char> text = before.TrimEnd(" :=(");
        if (EndsInWord(text, "pfn") || EndsInWord(text, "page frame"))
        {
            return AddressMeaning.PageFrame;
        }

        bool isPhysical = EndsInWord(text, "phys") || EndsInWord(text, "physical") || EndsInWord(text, "physical address") || EndsInWord(text, "paddr");
        return isPhysical ? AddressMeaning.Physical : AddressMeaning.Virtual;
    }

    private static bool EndsInWord(ReadOnlySpan<char> text, string word) =>
        text.EndsWith(word, StringComparison.OrdinalIgnoreCase)
        && (text.Length == word.Length || !SymbolToken.IsNameCharacter(text[text.Length - word.Length - 1]));
}
