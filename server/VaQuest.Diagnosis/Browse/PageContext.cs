// PageContext: what a page may ask.
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Search;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Values;
using VaQuest.Diagnosis.WhatIs;
using VaQuest.Kernel;

namespace VaQuest.Diagnosis.Browse;

/// <summary>The open dump behind a page.</summary>
internal sealed class PageContext(OpenedDump opened, StackReader stacks, SessionValues values, PointerSearch pointers, WaitAnalysis waits, AddressDescriber describer)
{
    public LinuxKernel Kernel => opened.Kernel;

    public OpenedDump Opened => opened;

    public StackReader Stacks => stacks;

    public SessionValues Values => values;

    public PointerSearch Pointers => pointers;

    public WaitAnalysis Waits => waits;

    /// <summary>Who watches while the page is made, or null.</summary>
    public IProgress<PageProgress>? Progress { get; init; }

    /// <summary>What is at an address.</summary>
    public AddressAnswer Identify(ulong address) => describer.Identify(new AddressQuestion(address, AddressMeaning.Virtual, null));
}
