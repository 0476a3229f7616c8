// KernelPages: the list of all pages, in the order of the help.
using VaQuest.Diagnosis.Browse.Pages;
using VaQuest.Diagnosis.Browse.Pages.Locks;

namespace VaQuest.Diagnosis.Browse;

/// <summary>To add a page, write its file in Pages and add its line here: the verb, its JSON, its document and its help follow from that.</summary>
public static class KernelPages
{
    private static readonly PageSource[] s_sources =
    [
        MemoryPage.Source,
        DisassemblyPage.Source,
        TaskPage.Source,
        TasksPage.Source,
        TreePage.Source,
        FilesPage.Source,
        MapsPage.Source,
        MountsPage.Source,
        MeminfoPage.Source,
        ZonesPage.Source,
        RunQueuePage.Source,
        CpusPage.Source,
        IrqsPage.Source,
        TimersPage.Source,
        WorkqueuesPage.Source,
        NetdevPage.Source,
        SocketsPage.Source,
        SocketPage.Source,
        HoldersPage.Source,
        NeighboursPage.Source,
        SlabsPage.Source,
        VmallocPage.Source,
        BlockPage.Source,
        PointersPage.Source,
        LocksPage.Source,
        LockPage.Source,
        RcuPage.Source,
        BpfPage.Source,
        ConfigPage.Source,
        CmdlinePage.Source,
        SuperBlocksPage.Source,
        FileSystemsPage.Source,
        FileCachePage.Source,
        FilePage.Source,
        DentryPage.Source,
        InodePage.Source,
        SwapPage.Source,
        IpcPage.Source,
        CgroupsPage.Source,
        WalkPage.Source,
        ArrayPage.Source,
    ];

    /// <summary>Everything that can be browsed.</summary>
    public static IReadOnlyList<PageKind> All { get; } =
        [.. s_sources.Select(source => new PageKind(source.Name, source.Description, source.Argument, source.IsArgumentNeeded))];

    /// <summary>The source of a page, or null.</summary>
    internal static PageSource? Find(string name) => Array.Find(s_sources, source => source.Name == name);
}
