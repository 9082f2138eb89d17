/** The fields of a real WooCommerce 11.0's answers, as recorded; the sandbox must have them all. */
export const RECORDED_KEYS: Readonly<Record<string, string>> = {
  order:
    'id parent_id status currency version prices_include_tax date_created date_modified discount_total discount_tax shipping_total shipping_tax cart_tax total total_tax customer_id order_key billing shipping payment_method payment_method_title transaction_id customer_ip_address customer_user_agent created_via customer_note date_completed date_paid cart_hash number meta_data line_items tax_lines shipping_lines fee_lines coupon_lines refunds payment_url is_editable needs_payment needs_processing date_created_gmt date_modified_gmt date_completed_gmt date_paid_gmt currency_symbol _links',
  billing: 'first_name last_name company address_1 address_2 city state postcode country email phone',
  shipping: 'first_name last_name company address_1 address_2 city state postcode country phone',
  line: 'id name product_id variation_id quantity tax_class subtotal subtotal_tax total total_tax taxes meta_data sku global_unique_id price image parent_name',
  lineTax: 'id total subtotal',
  lineMeta: 'id key value display_key display_value',
  taxLine: 'id rate_code rate_id label compound tax_total shipping_tax_total rate_percent meta_data',
  shippingLine: 'id method_title method_id instance_id total total_tax taxes tax_status meta_data',
  feeLine: 'id name tax_class tax_status amount total total_tax taxes meta_data',
  couponLine: 'id code discount discount_tax meta_data discount_type nominal_amount free_shipping',
  refundInOrder: 'id reason total total_tax',
  refund:
    'id date_created date_created_gmt amount reason refunded_by refunded_payment meta_data line_items shipping_lines tax_lines fee_lines _links',
  refundLine:
    'id name product_id variation_id quantity tax_class subtotal subtotal_tax total total_tax taxes meta_data sku global_unique_id price image parent_name',
  product:
    'id name slug permalink date_created date_created_gmt date_modified date_modified_gmt type status featured catalog_visibility description short_description sku price regular_price sale_price date_on_sale_from date_on_sale_from_gmt date_on_sale_to date_on_sale_to_gmt on_sale purchasable total_sales virtual downloadable downloads download_limit download_expiry external_url button_text tax_status tax_class manage_stock stock_quantity backorders backorders_allowed backordered low_stock_amount sold_individually weight dimensions shipping_required shipping_taxable shipping_class shipping_class_id reviews_allowed average_rating rating_count upsell_ids cross_sell_ids parent_id purchase_note categories brands tags images attributes default_attributes variations grouped_products menu_order price_html related_ids meta_data stock_status has_options post_password global_unique_id _links',
  variation:
    'id type date_created date_created_gmt date_modified date_modified_gmt description permalink sku global_unique_id price regular_price sale_price date_on_sale_from date_on_sale_from_gmt date_on_sale_to date_on_sale_to_gmt on_sale status purchasable virtual downloadable downloads download_limit download_expiry tax_status tax_class manage_stock stock_quantity stock_status backorders backorders_allowed backordered low_stock_amount weight dimensions shipping_class shipping_class_id image gallery_image_ids attributes menu_order meta_data name parent_id _links',
  customer:
    'id date_created date_created_gmt date_modified date_modified_gmt email first_name last_name role username billing shipping is_paying_customer avatar_url meta_data _links',
  taxRate:
    'id country state postcode city rate name priority compound shipping order class postcodes cities _links',
  coupon:
    'id code amount status date_created date_created_gmt date_modified date_modified_gmt discount_type description date_expires date_expires_gmt usage_count individual_use product_ids excluded_product_ids usage_limit usage_limit_per_user limit_usage_to_x_items free_shipping product_categories excluded_product_categories exclude_sale_items minimum_amount maximum_amount email_restrictions used_by meta_data _links',
  category: 'id name slug parent description display image menu_order count _links',
  statusTotal: 'slug name total',
  currency: 'code name symbol _links',
  gateway:
    'id title description order enabled method_title method_description method_supports settings needs_setup post_install_scripts settings_url connection_url setup_help_text required_settings_keys _links',
};
