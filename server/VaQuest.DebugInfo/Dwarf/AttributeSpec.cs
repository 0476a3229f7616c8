// AttributeSpec: one attribute of an abbreviation.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>Name and form of an attribute; the value itself for DW_FORM_implicit_const.</summary>
internal readonly record struct AttributeSpec(DwarfAttribute Name, DwarfForm Form, long Constant);
