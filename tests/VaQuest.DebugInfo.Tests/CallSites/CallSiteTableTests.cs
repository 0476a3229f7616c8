// CallSiteTableTests: call sites of functions in debug information made by hand, in the forms of DWARF 5 and of the GNU tools before it.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.CallSites;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.TestKit.Dwarf;
using Xunit;

namespace VaQuest.DebugInfo.Tests.CallSites;

public sealed class CallSiteTableTests
{
    private const DwarfAttribute GnuTailCall = (DwarfAttribute)0x2115;
    private const DwarfAttribute GnuAllCalls = (DwarfAttribute)0x2117;
    private const DwarfAttribute GnuTarget = (DwarfAttribute)0x2113;

    [Fact]
    public void ReadsTheCallSitesOfDwarf5()
    {
        FunctionCallSites sites = Find(outer => outer
            .With(DwarfAttribute.CallAllCalls, DwarfForm.FlagPresent, 1)
            .Children.AddRange(
                [
                    Site(0x1008).Refers(DwarfAttribute.CallOrigin, "plain"),
                    Site(0x1010).Refers(DwarfAttribute.CallOrigin, "plain").With(DwarfAttribute.CallTailCall, DwarfForm.FlagPresent, 1),
                    Site(0x1018).WithBlock(DwarfAttribute.CallTarget, 0x50).With(DwarfAttribute.CallTailCall, DwarfForm.FlagPresent, 1),
                    Block(Site(0x1020).Refers(DwarfAttribute.CallOrigin, "plain")),
                ]))!;

        Assert.True(sites.AreTailCallsComplete);
        Assert.Equal(
            [new CallSite(0x1008, false, false), new(0x1010, true, false), new(0x1018, true, true), new(0x1020, false, false)], sites.Sites);
    }

    [Fact]
    public void ReadsTheGnuForms()
    {
        FunctionCallSites sites = Find(outer => outer
            .With(GnuAllCalls, DwarfForm.FlagPresent, 1)
            .Children.AddRange(
                [
                    Gnu(0x1008).Refers(DwarfAttribute.AbstractOrigin, "plain").With(GnuTailCall, DwarfForm.FlagPresent, 1),
                    Gnu(0x1010).WithBlock(GnuTarget, 0x50),
                ]))!;

        Assert.True(sites.AreTailCallsComplete);
        Assert.Equal([new CallSite(0x1008, true, false), new(0x1010, false, true)], sites.Sites);
    }

    [Fact]
    public void DoesNotTakeAListForCompleteThatDoesNotSaySo()
    {
        FunctionCallSites sites = Find(outer => outer.Children.Add(Site(0x1008).Refers(DwarfAttribute.CallOrigin, "plain")))!;

        Assert.False(sites.AreTailCallsComplete);
        Assert.Single(sites.Sites);
    }

    [Fact]
    public void LeavesOutTheCallsOfOtherFunctions()
    {
        FunctionCallSites sites = Find(outer => outer.Children.Add(Nested(Site(0x1008))))!;

        Assert.Empty(sites.Sites);
    }

    [Fact]
    public void KnowsNothingOfAddressesOutsideOfFunctions() =>
        Assert.Null(Open(_ => { }).FindCallSites(0x9000, null));

    [Fact]
    public void LimitsTheSitesOfOneFunction()
    {
        Assert.NotNull(Find(outer => outer.Children.AddRange(Enumerable.Range(0, 1000).Select(_ => Site(0x1008)))));
        Assert.Null(Find(outer => outer.Children.AddRange(Enumerable.Range(0, CallSiteTable.MaxSites + 1).Select(_ => Site(0x1008)))));
    }

    private static DwarfEntry Site(ulong end) => new DwarfEntry(DwarfTag.CallSite).With(DwarfAttribute.CallReturnPc, DwarfForm.Addr, end);

    private static DwarfEntry Gnu(ulong end) => new DwarfEntry(DwarfTag.GnuCallSite).With(DwarfAttribute.LowPc, DwarfForm.Addr, end);

    private static DwarfEntry Block(DwarfEntry child)
    {
        var block = new DwarfEntry(DwarfTag.LexicalBlock);
        block.Children.Add(child);
        return block;
    }

    private static DwarfEntry Nested(DwarfEntry child)
    {
        DwarfEntry nested = new DwarfEntry(DwarfTag.Subprogram).Named("nested");
        nested.Children.Add(child);
        return nested;
    }

    private static FunctionCallSites? Find(Action<DwarfEntry> change) => Open(change).FindCallSites(0x1004, null);

    private static CallSiteTable Open(Action<DwarfEntry> change)
    {
        byte[] file = new SampleUnit
        {
            Change = root => change(root.Children.First(child => child.Tag == DwarfTag.Subprogram && child.Attributes.Exists(a => a.Name == DwarfAttribute.LowPc))),
        }.Build();
        return new CallSiteTable(DwarfImage.Open(ElfImage.Parse(new ByteRegion(file), "test")));
    }
}
