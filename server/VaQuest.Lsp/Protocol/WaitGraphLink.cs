// WaitGraphLink: where a box of vaquest/waitGraph leads.
namespace VaQuest.Lsp.Protocol;

/// <summary>The first of a box is what a click follows. Line: which of the box's lines is the link; absent when the whole box is.</summary>
public sealed record WaitGraphLink(string Label, int? Line, Location Location);
