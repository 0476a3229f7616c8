// PageContext: what a page may ask.
using VaQuest.Diagnosis.Search;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel;

namespace VaQuest.Diagnosis.Browse;

/// <summary>The open dump behind a page.</summary>
internal sealed class PageContext(OpenedDump opened, StackReader stacks, SessionValues values, PointerSearch pointers)
{
    public LinuxKernel Kernel => opened.Kernel;

    public OpenedDump Opened => opened;

    public StackReader Stacks => stacks;

    public SessionValues Values => values;

    public PointerSearch Pointers => pointers;
}
